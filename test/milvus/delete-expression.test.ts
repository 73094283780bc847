import { expect, test } from 'bun:test'
import { deleteExpression } from '../../src/milvus/delete-expression.ts'

test('integer keys stand as they are, beyond 2^53 too', () => {
  expect(deleteExpression('id', [1n, -2n, 9223372036854775807n])).toBe('id in [1,-2,9223372036854775807]')
})

test('string keys are quoted, and what ends or breaks a string is escaped', () => {
  expect(deleteExpression('id', ['a', 'say "hi"', 'C:\\new', "it's", 'two\nlines\r\t', 'Rotmilan'])).toBe(
    String.raw`id in ["a","say \"hi\"","C:\\new","it's","two\nlines\r\t","Rotmilan"]`,
  )
})
