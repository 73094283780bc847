/** What `import path from '….so' with { type: 'file' }` gives: where the file lies, inside the binary when compiled. */
declare module '*.so' {
  const path: string
  export default path
}
