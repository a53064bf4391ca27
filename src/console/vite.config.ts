import { defineConfig } from 'vite';
import type { Plugin, UserConfig } from 'vite';

const server = process.env['YOURCALL_SERVER'] ?? 'http://127.0.0.1:4141';

/**
 * The console as one page, one script and one style, whose addresses stand beside the page wherever it is mounted. While it is
 * worked on (`npm run console`), everything else is asked of a `yourcall serve`.
 */
const config: UserConfig = defineConfig({
  root: import.meta.dirname,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [markedLexer()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: { entryFileNames: 'console.js', assetFileNames: 'console[extname]' },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '^/(threads|inbox|audit|me|healthz|openapi.json)': { target: server, changeOrigin: true } },
  },
});

export default config;

/**
 * Of marked its lexer alone: the rest is held by an instance that the module makes when it is loaded, and is a
 * tenth of the script. Throws where the module is written otherwise.
 */
function markedLexer(): Plugin {
  return {
    name: 'marked-lexer',
    transform(code, id) {
      if (!id.endsWith('marked.esm.js')) return null;
      const [, lexer] = /[{,](\w+) as Lexer[,}]/.exec(code) ?? [];
      const instance = code.search(/var (\w+)=new \w+;function \w+\([^)]*\)\{return \1\.parse\(/);
      if (lexer === undefined || instance < 0) throw new Error('marked is another one: look for its instance anew.');
      return { code: `${code.slice(0, instance)}export{${lexer} as Lexer};`, map: null };
    },
  };
}
