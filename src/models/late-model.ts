import type { Model } from '../chat/model.ts';
import { opening } from '../wire/opening.ts';
import type { Asking, ConnectionOptions, ModelId } from './connection.ts';
import type { Embed, EmbeddingModel } from './embedding.ts';
import { arrived } from './late-code.ts';
import type { LateCode } from './late-code.ts';

/** What is told of a model before its code is there. */
export interface LateModel extends ModelId, Pick<ConnectionOptions, 'maxRetries'> {
  readonly capabilities?: Model['capabilities'];
}

/** A model whose code is on its way when the model is made. A call waits only until it is there. */
export function lateModel<Code>(told: LateModel, late: LateCode<Code>, make: (code: Code) => Asking): Model {
  const { provider, model, maxRetries, capabilities } = told;
  let asking = made(late, make);
  return {
    provider,
    id: model,
    ...(maxRetries !== undefined && { maxRetries }),
    ...(capabilities && { capabilities }),
    stream(request) {
      if (asking) return asking(request);
      return opening(async () => {
        const code = await arrived(late, { what: `Asking ${provider}/${model}`, signal: request.signal });
        asking ??= make(code);
        return asking(request);
      });
    },
  };
}

/** The same for an embedding model. */
export function lateEmbeddingModel<Code>(
  { provider, model }: ModelId,
  late: LateCode<Code>,
  make: (code: Code) => Embed,
): EmbeddingModel {
  let embed = made(late, make);
  return {
    provider,
    id: model,
    async embed(values, options = {}) {
      embed ??= make(await arrived(late, { what: `Embedding by ${provider}/${model}`, signal: options.signal }));
      return embed(values, options);
    },
  };
}

/** What is made of code that is there. Otherwise it begins to come, and a call tells what goes wrong on the way. */
function made<Code, Made>(late: LateCode<Code>, make: (code: Code) => Made): Made | undefined {
  if (late.code) return make(late.code);
  late.load().catch(() => {});
  return undefined;
}
