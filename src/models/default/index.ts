export { demo } from '../demo/demo.ts';
export type { DemoOptions } from '../demo/demo.ts';
export { defaultModel, modelByKey } from './default-model.ts';
export type { ChosenModel, DefaultModelOptions } from './default-model.ts';
export { addressOf, modelFromName } from './model-from-name.ts';
export type { NamedModelOptions } from './model-from-name.ts';
export { providers } from './providers.ts';
export type { Provider } from './providers.ts';
