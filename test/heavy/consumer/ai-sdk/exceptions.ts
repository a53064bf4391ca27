const candidates = 'the package joins the texts of several candidates, of which ours takes the first';
const ours = 'a tool that the provider declares and the client runs: the package tells it as a call';
const compaction = "the package tells the provider's summary of the conversation as text";
const rotation = 'the older package throws when the ids of an item change on the way, as those of Copilot do';

/** Recordings of which a package tells something else, and why. */
export const exceptions: Readonly<Record<string, string>> = {
  'openai-chat/0xplaygrounds-rig--llamacpp-response_shape_matrix-two_candidates_streaming': candidates,
  'openai-chat/0xplaygrounds-rig--mistral-terminal_metadata_matrix-streaming_ministral_3b_tiny_plain_two': candidates,
  'openai-chat/0xplaygrounds-rig--openai-chat_terminal_metadata_matrix-streaming_gpt_4o_mini_tiny_plain_two':
    candidates,
  'openai-responses/vercel-ai--openai-responses-openai-apply-patch-tool-delete.1.stream': ours,
  'openai-responses/vercel-ai--openai-responses-openai-apply-patch-tool.1.stream': ours,
  'openai-responses/vercel-ai--openai-responses-openai-shell-container.1.stream': ours,
  'openai-responses/0xplaygrounds-rig--copilot-reasoning_roundtrip-streaming.1 (openai-responses, specification 3)':
    rotation,
  'openai-responses/vercel-ai--openai-responses-github-copilot-id-rotation.1.stream (openai-responses, specification 3)':
    rotation,
  'openai-responses/vercel-ai--xai-responses-xai-web-search-tool.1.stream':
    'an answer of xAI: the package for OpenAI refuses a citation without a title',
  'anthropic-messages/pydantic-pydantic-ai--test_anthropic-test_anthropic_compaction_usage_with_cache_streaming':
    compaction,
  'anthropic-messages/vercel-ai--anthropic-anthropic-compaction.1.stream': compaction,
  'anthropic-messages/vercel-ai--anthropic-spliced-message-start.stream':
    'the package refuses an answer in which a second message begins before the first is over',
};
