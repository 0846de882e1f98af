/** How the console is built: static files in dist/web, served by POMS itself. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: '/',
  plugins: [react()],
  build: {
    outDir: `${here}../dist/web`,
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows images, scripts and workers from POMS only: nothing as data URLs.
    assetsInlineLimit: 0,
    // The layout worker of the graph (1.5 MB) is loaded only by pages with a graph.
    chunkSizeWarningLimit: 1700,
  },
  server: {
    port: 5173,
    proxy: { '/api': 'http://127.0.0.1:8080' },
  },
});
