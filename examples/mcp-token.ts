import { ClientCredentialsProvider } from '@modelcontextprotocol/client';
import { mcpTools } from 'yourcall/mcp';

// Known by a secret of its own: OAuth's client credentials. A token is got when the server wants one, and again when it is refused.
const authProvider = new ClientCredentialsProvider({
  clientId: 'reports',
  clientSecret: process.env['SHOP_SECRET'] ?? '',
  expectedIssuer: 'https://login.shop.example',
});
const shop = { url: process.env['SHOP'] ?? 'https://shop.example/mcp', authProvider, optional: true };

// Nobody is there: without `optional` that would be an error.
await using mcp = await mcpTools({ servers: { shop }, onProblem: (sentence) => console.log(sentence) });
console.log(Object.keys(mcp.tools).length);
