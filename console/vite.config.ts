import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    // The folder keeps its .gitignore; `build/clean.mjs` empties it.
    emptyOutDir: false,
    // A strict content policy refuses scripts and fonts in data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    manifest: 'manifest.json',
  },
  // `npm run dev` beside a running server, whose origin check wants to see its own name.
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', changeOrigin: true } } },
  // The widget and the SDKs have no packages of their own: they are built and tested with the console's.
  test: {
    globals: true,
    include: ['src/**/*.test.ts', '../widget/src/**/*.test.ts', '../sdk/**/*.test.ts'],
  },
})
