/** What `import text from '…' with { type: 'text' }` gives: the file as it is, inside the binary when compiled. */
declare module '*.css' {
  const text: string
  export default text
}
declare module '*.client.js' {
  const text: string
  export default text
}
declare module 'uplot/dist/uPlot.iife.min.js' {
  const text: string
  export default text
}
