/* The page's elements. */
export const at = (id) => document.getElementById(id)

/* Text is only ever put in as text: names of topics come from outside. */
export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}
