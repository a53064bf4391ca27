// A server made with the official package, of protocol 2026-07-28: over standard input and output, or on a port.
import { createServer } from 'node:http';
import {
  acceptedContent,
  createMcpHandler,
  createRequestStateCodec,
  inputRequired,
  McpServer,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const [, , port] = process.argv;
const state = createRequestStateCodec({ key: 'a key that all processes of this shop share' });
const size = z.object({ size: z.enum(['S', 'L']) });

function shop(): McpServer {
  const server = new McpServer({ name: 'shop', version: '1.0.0' }, { requestState: { verify: state.verify } });
  server.registerTool(
    'order',
    { description: 'Orders a shirt', inputSchema: z.object({ name: z.string() }) },
    async ({ name }, context) => {
      const told = acceptedContent(context.mcpReq.inputResponses, 'size', size);
      if (!told) {
        return inputRequired({
          inputRequests: { size: inputRequired.elicit({ message: `Which size for ${name}?`, requestedSchema: size }) },
          requestState: await state.mint({ name }),
        });
      }
      const { name: sealed } = context.mcpReq.requestState<{ name: string }>() ?? { name: 'nobody' };
      return { content: [{ type: 'text', text: `Ordered ${told.size} for ${sealed}` }] };
    },
  );
  server.registerTool('paint', { description: 'Has a model choose', inputSchema: z.object({}) }, (_, context) => {
    const { words, folders } = context.mcpReq.inputResponses ?? {};
    if (words && folders) return { content: [{ type: 'text', text: JSON.stringify({ words, folders }) }] };
    const messages = [{ role: 'user', content: { type: 'text', text: 'Which colour?' } }] as const;
    return inputRequired({
      inputRequests: {
        words: inputRequired.createMessage({ messages: [...messages], systemPrompt: 'Be short.', maxTokens: 20 }),
        folders: inputRequired.listRoots(),
      },
    });
  });
  server.registerTool('pack', { description: 'Takes long', inputSchema: z.object({}) }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    return { content: [{ type: 'text', text: 'packed' }] };
  });
  if (process.env['NEXT_RELEASE']) {
    server.registerTool('next', { description: 'Is new', inputSchema: z.object({}) }, () => ({ content: [] }));
  }
  const grow = server.registerTool('grow', { description: 'Learns another tool', inputSchema: z.object({}) }, () => {
    server.registerTool('grown', { description: 'Is new', inputSchema: z.object({}) }, () => ({
      content: [{ type: 'text', text: 'new' }],
    }));
    grow.update({ description: 'Has learned another tool' });
    return { content: [{ type: 'text', text: 'grown' }] };
  });
  return server;
}

if (port === undefined) {
  serveStdio(shop);
} else {
  const { fetch } = createMcpHandler(shop);
  createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const hasBody = request.method === 'POST';
    const answer = await fetch(
      new Request(`http://${request.headers.host}${request.url}`, {
        method: request.method ?? 'GET',
        headers,
        ...(hasBody && { body: Buffer.concat(chunks) }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  }).listen(Number(port), '127.0.0.1');
}
