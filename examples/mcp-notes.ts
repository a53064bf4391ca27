// A small server of MCP, which examples/mcp.ts starts. A real one is made with @modelcontextprotocol/server.
import { createInterface } from 'node:readline';

const notes = ['buy milk'];
const note = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
const tools = [
  {
    name: 'list',
    description: 'Lists all notes',
    inputSchema: { type: 'object' },
    annotations: { readOnlyHint: true },
  },
  { name: 'add', description: 'Adds a note', inputSchema: note, annotations: { destructiveHint: false } },
];

function answerTo({ method, params }: Request): object | undefined {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'notes', version: '1.0.0' },
      };
    case 'tools/list':
      return { tools };
    case 'tools/call':
      if (params.name === 'add') notes.push(params.arguments.text);
      return { content: [{ type: 'text', text: notes.join(', ') }] };
    default:
      return undefined;
  }
}

interface Request {
  readonly id?: number;
  readonly method: string;
  readonly params: { readonly name: string; readonly arguments: { readonly text: string } };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line) as Request;
  const result = answerTo(request);
  const answer = result ? { result } : { error: { code: -32601, message: 'Method not found' } };
  if (request.id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...answer }));
});
