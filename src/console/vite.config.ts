import { defineConfig } from 'vite';
import type { UserConfig } from 'vite';

const server = process.env['YOURCALL_SERVER'] ?? 'http://127.0.0.1:4141';

/**
 * The console as one page, one script and one style, whose addresses stand beside the page wherever it is mounted. While it is
 * worked on (`npm run console`), everything else is asked of a `yourcall serve`.
 */
const config: UserConfig = defineConfig({
  root: import.meta.dirname,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
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
