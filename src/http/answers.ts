/** Answers as they leave redkite: never cached, never guessed at, never framed by another page. */

const always = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

export function json(value: unknown, status = 200): Response {
  return text(JSON.stringify(value), 'application/json', status)
}

export function text(body: string, type = 'text/plain; charset=utf-8', status = 200): Response {
  return new Response(body, { status, headers: { ...always, 'Content-Type': type } })
}

export function empty(status: 202 | 204): Response {
  return new Response(null, { status, headers: always })
}

/** An error in the form of Kafka Connect's REST interface, which tools show to people. */
export function connectError(status: number, message: string): Response {
  return json({ error_code: status, message }, status)
}

export function notAllowed(methods: readonly string[]): Response {
  const answer = connectError(405, 'HTTP 405 Method Not Allowed')
  answer.headers.set('Allow', methods.join(', '))
  return answer
}

export function notFound(): Response {
  return connectError(404, 'HTTP 404 Not Found')
}
