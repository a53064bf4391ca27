// A model that plays turns, and what it was told.
export { scripted } from './scripted.ts';
export type { ScriptedModel, ScriptOptions } from './scripted.ts';
export type { ScriptedAnswer, ScriptedCall, ScriptedEvent, ScriptedResult, ScriptedTurn } from './scripted-turn.ts';
export { transcript } from './transcript.ts';

// What a run told.
export { recordEvents } from './record-events.ts';
export type { RecordedEvents } from './record-events.ts';
export { outline } from './outline.ts';

// Time and ids that a test turns.
export { testClock } from './test-clock.ts';
export type { TestClock } from './test-clock.ts';
export { testIds } from './test-ids.ts';

// Processes that die, decisions that come twice.
export { TestCrash, testDisk } from './test-disk.ts';
export type { CrashMoment, OpenedDisk, TestDisk } from './test-disk.ts';
export { toolStarts } from './tool-starts.ts';
export type { ToolStart, ToolStarts } from './tool-starts.ts';
export { duplicating } from './duplicating.ts';
export type { Duplicating } from './duplicating.ts';
export { everyCrash } from './every-crash.ts';
export type { Crash, CrashEnd, CrashProcess, EveryCrashOptions } from './every-crash.ts';

// What has to be true of every model.
export { checkModel } from './model/check-model.ts';
export type { ModelCheck } from './model/check-model.ts';
export { modelCases } from './model/cases.ts';
export type { MakeModel, ModelCase, ModelCaseOptions, ModelScenario } from './model/case.ts';

// What has to be true of every store.
export { storeCases } from './store/cases.ts';
export type { StoreCase, StoreCaseOptions } from './store/case.ts';

// What has to be true of what wakes its threads.
export { wakerCases } from './store/waker-cases.ts';
export type { WakerCaseOptions } from './store/waker-case.ts';
