/** Answers as the four protocols stream them, in which a model thinks, calls a tool, or says something. */
export interface Protocol {
  /** It thinks, then calls a tool (`refund`) with these arguments. `number` tells its ids apart. */
  call(number: number, input: object, tool?: string): string;
  text(text: string): string;
  /** Members of the next request that carry what the provider wants back, and the result of the tool. */
  replayed(number: number, input: object, result: string): readonly object[];
}

function event(data: object): string {
  const name = 'type' in data ? `event: ${String(data.type)}\n` : '';
  return `${name}data: ${JSON.stringify(data)}\n\n`;
}

const chunk = (delta: object, finish: string | null = null): string =>
  event({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

const openaiChat: Protocol = {
  call: (number, input, name = 'refund') =>
    chunk({ role: 'assistant', reasoning_content: 'Hm.' }) +
    chunk({
      tool_calls: [
        {
          index: 0,
          id: `call_${number}`,
          type: 'function',
          function: { name, arguments: JSON.stringify(input) },
        },
      ],
    }) +
    chunk({}, 'tool_calls') +
    'data: [DONE]\n\n',
  text: (text) => chunk({ role: 'assistant', content: text }) + chunk({}, 'stop') + 'data: [DONE]\n\n',
  replayed: (number, input, result) => [
    {
      tool_calls: [
        { id: `call_${number}`, type: 'function', function: { name: 'refund', arguments: JSON.stringify(input) } },
      ],
    },
    { role: 'tool', tool_call_id: `call_${number}`, content: result },
  ],
};

const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-5', output: [] };
const counted = { input_tokens: 9, output_tokens: 3, input_tokens_details: {}, output_tokens_details: {} };

const openaiResponses: Protocol = {
  call(number, input, name = 'refund') {
    const reasoning = { type: 'reasoning', id: `rs_${number}`, summary: [] };
    const call = {
      type: 'function_call',
      id: `fc_${number}`,
      call_id: `call_${number}`,
      name,
      arguments: '',
    };
    const whole = { ...call, arguments: JSON.stringify(input), status: 'completed' };
    const item = { output_index: 1, item_id: call.id };
    return [
      { type: 'response.created', response },
      { type: 'response.output_item.added', output_index: 0, item: { ...reasoning, encrypted_content: 'half' } },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { ...reasoning, encrypted_content: `secret ${number}` },
      },
      { type: 'response.output_item.added', output_index: 1, item: call },
      { type: 'response.function_call_arguments.delta', ...item, delta: whole.arguments },
      { type: 'response.function_call_arguments.done', ...item, arguments: whole.arguments },
      { type: 'response.output_item.done', output_index: 1, item: whole },
      { type: 'response.completed', response: { ...response, usage: counted } },
    ]
      .map((one) => event(one))
      .join('');
  },
  text(text) {
    const item = { type: 'message', id: 'msg_1', role: 'assistant', content: [] };
    return [
      { type: 'response.created', response },
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'msg_1', delta: text },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...response, usage: counted } },
    ]
      .map((one) => event(one))
      .join('');
  },
  replayed: (number, input, result) => [
    { type: 'reasoning', id: `rs_${number}`, encrypted_content: `secret ${number}`, summary: [] },
    { type: 'function_call', call_id: `call_${number}`, name: 'refund', arguments: JSON.stringify(input) },
    { type: 'function_call_output', call_id: `call_${number}`, output: result },
  ],
};

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [],
  model: 'claude',
  usage: { input_tokens: 9, output_tokens: 1 },
};

function anthropicAnswer(
  blocks: readonly (readonly [block: object, deltas: readonly object[]])[],
  reason: string,
): string {
  const told = blocks.flatMap(([content_block, deltas], index) => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]);
  const ends = [
    { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 3 } },
    { type: 'message_stop' },
  ];
  return [{ type: 'message_start', message }, ...told, ...ends].map((one) => event(one)).join('');
}

const anthropic: Protocol = {
  call: (number, input, name = 'refund') =>
    anthropicAnswer(
      [
        [
          { type: 'thinking', thinking: '', signature: '' },
          [
            { type: 'thinking_delta', thinking: 'Hm.' },
            { type: 'signature_delta', signature: `signed ${number}` },
          ],
        ],
        [
          { type: 'tool_use', id: `toolu_${number}`, name, input: {} },
          [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }],
        ],
      ],
      'tool_use',
    ),
  text: (text) => anthropicAnswer([[{ type: 'text', text: '' }, [{ type: 'text_delta', text }]]], 'end_turn'),
  replayed: (number, input, result) => [
    { type: 'thinking', thinking: 'Hm.', signature: `signed ${number}` },
    { type: 'tool_use', id: `toolu_${number}`, name: 'refund', input },
    { type: 'tool_result', tool_use_id: `toolu_${number}`, content: result },
  ],
};

function geminiAnswer(parts: readonly object[]): string {
  const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 };
  return (
    event({ candidates: [{ content: { role: 'model', parts }, index: 0 }] }) +
    event({ candidates: [{ content: { role: 'model', parts: [] }, finishReason: 'STOP', index: 0 }], usageMetadata })
  );
}

const gemini: Protocol = {
  call: (number, input, name = 'refund') =>
    geminiAnswer([
      { text: 'Hm.', thought: true },
      { functionCall: { name, args: input }, thoughtSignature: `signed ${number}` },
    ]),
  text: (text) => geminiAnswer([{ text }]),
  replayed: (number, input, result) => [
    { functionCall: { name: 'refund', args: input }, thoughtSignature: `signed ${number}` },
    { functionResponse: { name: 'refund', response: { content: result } } },
  ],
};

/** By the names of the packages that speak them. */
export const protocols = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-responses, specification 3': openaiResponses,
  'anthropic-messages': anthropic,
  gemini,
} as const;
