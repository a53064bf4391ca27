/** Whether a model of OpenAI thinks before it speaks: those before GPT-5 do not, but for the o-series. */
export function thinks(model: string): boolean {
  return !/^(ft:)?(gpt-3|gpt-4|gpt-5-chat|chatgpt)/.test(model);
}

/** Whether a model of OpenAI holds its answer to a schema: all since the summer of 2024 do. */
export function takesSchema(model: string): boolean {
  return !/^(ft:)?(gpt-3|gpt-4(-|$)|gpt-4o-2024-05)/.test(model);
}
