/** What `import path from '….wasm' with { type: 'file' }` gives: where the file lies, inside the binary when compiled. */
declare module '*.wasm' {
  const path: string
  export default path
}
