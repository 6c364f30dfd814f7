import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const tauriOnlyInBackend = {
    patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/lib/backend knows the shell.' }],
};

export default ts.config(
    { ignores: ['dist', 'node_modules', 'src/lib/bindings'] },
    js.configs.recommended,
    ...ts.configs.recommended,
    ...svelte.configs.recommended,
    { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
    {
        files: ['**/*.svelte', '**/*.svelte.ts'],
        languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
    },
    {
        // TypeScript finds undefined names itself, and better.
        files: ['**/*.ts', '**/*.svelte'],
        rules: { 'no-undef': 'off', 'no-restricted-imports': ['error', tauriOnlyInBackend] },
    },
    { files: ['src/lib/backend/**'], rules: { 'no-restricted-imports': 'off' } },
);
