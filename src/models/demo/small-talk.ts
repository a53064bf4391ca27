import { offerFor } from './offer.ts';
import type { Tool } from './tool.ts';

/** An answer to a greeting, thanks and the like; undefined when there is more in the words. */
export function smallTalk(said: string, tools: readonly Tool[], known: readonly string[]): string | undefined {
  const text = said
    .trim()
    .replace(/[\s!.?,;:)]+$/, '')
    .replace(/[’]/g, "'")
    .toLowerCase();
  const found = talks.find(([pattern]) => pattern.test(text));
  if (found === undefined) return undefined;
  const [, reply, offers] = found;
  return offers ? `${reply}\n${offerFor(tools, known)}` : reply;
}

const self = 'I am a small set of rules, not an AI: I match your words with the tools of this chat.';

const talks: readonly (readonly [RegExp, string, boolean])[] = [
  [/^$/, `I heard nothing. ${self}`, true],
  [
    /^(?:(?:hi|hello|hey|hallo|hola|bonjour|moin|yo|howdy|greetings|hiya|sup|good (?:morning|afternoon|evening|day))(?:[ ,!]+(?:there|you|demo|bot|everyone|all|again))?[ ,!]*)+$/,
    `Hello! ${self}`,
    true,
  ],
  [
    /^(?:(?:hi|hello|hey)[ ,!]+)?(?:how are you(?: doing| today)?|how's it going|how do you do|what's up)$/,
    `Fine, as rules are. ${self}`,
    true,
  ],
  [
    /^(?:help|help me|\?|\/help|commands|examples?|what can (?:you|i) (?:do|say|try)(?: here| for me| with you)?|what (?:should|could|do) i (?:try|do|say|type)(?: here| first| now| next)?|what is this(?: thing| place)?|what's this|what do you do|how does this work|how do i use (?:this|you)|what now|(?:i )?need help)$/,
    self,
    true,
  ],
  [
    /^(?:who|what) are you(?: and what can you do)?$|^tell me about you(?:rself)?$|^(?:are you|is this|do you use|you are|you're|pretend)\b.*\b(?:ai|bot|robot|human|person|real|llm|model|chatgpt|gpt[\w.-]*|claude|gemini|llama|alive|sentient|conscious|intelligent)\b.*$|^what('s| is) your (?:name|system prompt)$|^(?:which|what) model (?:are you|is this).*$/,
    `${self} My name is rules-1.`,
    true,
  ],
  [
    /^(?:(?:many )?thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|ty|cheers|merci|danke|great|nice|cool|perfect|awesome|well done|good(?: job| bot| boy| girl)?|wow|lol|haha+)(?:[ ,!]+(?:thanks|thank you))?$/,
    'You are welcome.',
    false,
  ],
  [
    /^(?:(?:thanks|thank you)[ ,!]+)?(?:bye|good ?bye|bye bye|see you(?: later)?|good night|quit|exit|ciao)$/,
    'Goodbye!',
    false,
  ],
  [
    /^(?:no|nope|nah|never ?mind|cancel|stop|forget it|nothing|no thanks?(?: you)?|abort)$/,
    'All right, nothing was done.',
    false,
  ],
  [
    /^(?:yes|y|yep|yeah|sure|ok|okay|go on|go ahead|do it|continue|alright|fine)$/,
    'There is nothing open that I could go on with.',
    true,
  ],
];
