/** How threads are served to hosts of MCP. */
export interface McpOptions {
  /**
   * Whether a decision counts without the host having shown it to its person and asked (elicitation). Default: `confirmed`;
   * with `unconfirmed` whatever calls the tool decides, which may be a model.
   */
  readonly decide?: 'confirmed' | 'unconfirmed';
}
