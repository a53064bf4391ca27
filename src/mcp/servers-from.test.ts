import { describe, expect, it } from 'vitest';
import { mcpServersFrom } from './servers-from.ts';

const home = { HOME: '/home/ann', TOKEN: 'geheim', EMPTY: '' };

describe('the usual configuration of servers', () => {
  it('is read as text or value, with its variables filled in', () => {
    const config = {
      mcpServers: {
        files: {
          command: 'npx',
          args: ['-y', 'server', '${HOME}/x', '${PORT:-80}${EMPTY:-!}', '$HOME'],
          roots: ['${HOME}/x'],
          env: { TOKEN: 'Bearer ${TOKEN}' },
          type: 'stdio',
        },
        shop: {
          url: 'https://${HOST:-shop.example}/mcp',
          headers: { authorization: '${TOKEN}${EMPTY}' },
          type: 'http',
          trusted: true,
        },
      },
    };
    const servers = {
      files: {
        command: 'npx',
        args: ['-y', 'server', '/home/ann/x', '80!', '$HOME'],
        env: { TOKEN: 'Bearer geheim' },
        roots: ['/home/ann/x'],
      },
      shop: { url: 'https://shop.example/mcp', headers: { authorization: 'geheim' }, trusted: true },
    };
    expect(mcpServersFrom(config, home)).toEqual(servers);
    expect(mcpServersFrom(JSON.stringify(config), home)).toEqual(servers);
    expect(mcpServersFrom(config.mcpServers, home)).toEqual(servers);
  });

  it('takes what this package says beside', () => {
    const files = {
      command: 'a',
      optional: true,
      policy: { ask: { approvers: ['ann'] } },
      tools: {
        rm: { enabled: false },
        get: { policy: 'allow', effect: 'read', timeout: 5 },
        put: { policy: { deny: 'no' } },
      },
      timeout: 1_000,
      startTimeout: 500,
      asksFirst: true,
      roots: ['/srv'],
    };
    expect(mcpServersFrom({ files })).toEqual({ files });
    expect(mcpServersFrom({ files, other: { command: 'b', disabled: true } })).toEqual({ files });
  });

  it.each<[unknown, string]>([
    ['{', 'it is not JSON'],
    [[], 'it is not an object of servers'],
    [{ mcpServers: 5 }, 'mcpServers is not an object of servers'],
    [{ 'a b': { command: 'x' } }, 'mcpServers.a b is not a name'],
    [{ a: 'npx' }, 'mcpServers.a is not an object'],
    [{ a: {} }, 'mcpServers.a has neither `command` nor `url`'],
    [{ a: { command: 'x', url: 'y' } }, 'mcpServers.a has both `command` and `url`'],
    [{ a: { command: 5 } }, 'mcpServers.a.command is not text'],
    [{ a: { command: '' } }, 'mcpServers.a.command is not text'],
    [{ a: { command: 'x', args: 'y' } }, 'mcpServers.a.args is not a list of texts'],
    [{ a: { command: 'x', args: [5] } }, 'mcpServers.a.args is not a list of texts'],
    [{ a: { command: 'x', env: { A: 5 } } }, 'mcpServers.a.env is not an object of texts'],
    [{ a: { command: 'x', args: ['', '${NOPE}'] } }, 'mcpServers.a.args[1] the variable NOPE is not set'],
    [{ a: { command: 'x', env: { A: '${toString}' } } }, 'mcpServers.a.env.A the variable toString is not set'],
    [{ a: { command: 'x', type: 'http' } }, 'mcpServers.a.type is not `stdio`'],
    [{ a: { url: 'ftp://x' } }, 'mcpServers.a.url is not an http or https address'],
    [{ a: { url: 'http://x', type: 'sse' } }, 'mcpServers.a.type is the transport that MCP gave up'],
    [{ a: { url: 'http://x', args: [] } }, 'mcpServers.a.args is not known. Known are url, headers'],
    [{ a: { command: 'x', trusted: 'yes' } }, 'mcpServers.a.trusted is not true or false'],
    [{ a: { command: 'x', timeout: 0 } }, 'mcpServers.a.timeout is not a number of milliseconds'],
    [{ a: { command: 'x', policy: 'always' } }, 'mcpServers.a.policy is not `allow`'],
    [{ a: { command: 'x', policy: { ask: {}, deny: 'x' } } }, 'mcpServers.a.policy is not `allow`'],
    [{ a: { command: 'x', tools: [] } }, 'mcpServers.a.tools is not an object of tools'],
    [{ a: { command: 'x', tools: { b: 5 } } }, 'mcpServers.a.tools has a tool "b" that is not an object'],
    [{ a: { command: 'x', tools: { b: { efect: 1 } } } }, 'has a tool "b" whose `efect` is not known'],
    [{ a: { command: 'x', tools: { b: { effect: 'undeclared' } } } }, 'has a tool "b" whose `effect` is not `read`'],
  ])('refuses %j, and names the field', (config, why) => {
    expect(() => mcpServersFrom(config, home)).toThrow(
      expect.objectContaining({ code: 'invalid-request', message: expect.stringContaining(why) as string }) as Error,
    );
  });
});
