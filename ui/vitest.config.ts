import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    // One browser at a time: two on a small machine press keys later than the tests mean.
    fileParallelism: false,
  },
});
