import { expect, test } from 'bun:test'
import { checkProposal, type Proposal } from '../../src/preflight/propose.ts'

function proposal(problems: readonly string[]): Proposal {
  const collection = {
    name: 'orders',
    fields: [],
    dynamicField: true,
    shards: undefined,
    consistency: undefined,
    index: undefined,
  }
  return { records: 3, schema: { fields: [], problems, notes: [] }, collection } as unknown as Proposal
}

test('no collection is made of records that do not say what it should be, and all the reasons are told', () => {
  expect(() => checkProposal(proposal([]))).not.toThrow()
  expect(() => checkProposal(proposal(['no field is a key', 'no field is a vector']))).toThrow(
    expect.objectContaining({
      code: 'AUTO_CREATE_IMPOSSIBLE',
      message: expect.stringMatching(/orders.*no field is a key; no field is a vector/),
    }),
  )
})
