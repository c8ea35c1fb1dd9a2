import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The bridge serves dist/ under `default-src 'self'`: nothing may be inlined, so assets stay files and the
// module preload helper (an inline script) is off. No source maps: they would carry paths of the build machine.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 900,
  },
});
