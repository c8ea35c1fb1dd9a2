import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './build/compress.ts';
import { splitTexts } from './build/texts.ts';

// The bridge serves dist/ under `default-src 'self'`: nothing may be inlined, so assets stay files and the polyfill of
// module preloading is off. No source maps: they would carry paths of the build machine.
export default defineConfig({
  // The bridge replaces "./" in the page by the path under which it is published; the other files name each other
  // relatively.
  base: './',
  plugins: [react(), splitTexts(), compressAssets()],
  build: {
    outDir: 'dist',
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    // build/size.ts checks the sizes that matter.
    chunkSizeWarningLimit: 1000,
    // The first screen's files are named in the page; other files load when they are needed. Links that appear later
    // would look like another build to src/app/new-build.ts.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, files, { hostType }) => (hostType === 'html' ? files : []),
    },
    rolldownOptions: {
      output: {
        // What the first screen shares with other pages is one file, not twenty small ones.
        codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] },
      },
    },
  },
});
