import t from 'tap'
import { document, type Loose } from './document.ts'

const operations = Object.entries(document.paths as Record<string, Record<string, Loose>>)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })))

t.test('the surface', async t => {
  t.equal(document.openapi, '3.1.0')
  t.same(operations.map(({ method, path }) => `${method} ${path}`).toSorted(), [
    'DELETE /admin/tokens/{name}', 'DELETE /projects/{name}', 'DELETE /projects/{name}/secrets/{secret}', 'DELETE /projects/{name}/suppressions/{id}',
    'GET /admin/audit', 'GET /admin/tokens', 'GET /bisects/{id}', 'GET /healthz', 'GET /jobs', 'GET /jobs/{id}', 'GET /jobs/{id}/findings', 'GET /jobs/{id}/junit', 'GET /jobs/{id}/log', 'GET /jobs/{id}/log/lines', 'GET /jobs/{id}/sarif',
    'GET /openapi.json', 'GET /packs', 'GET /projects', 'GET /projects/{name}', 'GET /projects/{name}/badge.svg', 'GET /projects/{name}/sarif', 'GET /projects/{name}/secrets', 'GET /projects/{name}/status', 'GET /projects/{name}/suppressions', 'GET /projects/{name}/tests', 'GET /projects/{name}/trend', 'GET /runs/{id}', 'GET /runs/{id}/junit', 'GET /runs/{id}/sarif', 'GET /runs/{id}/summary.md', 'GET /status',
    'POST /admin/gc', 'POST /admin/tokens', 'POST /bisects/{id}/cancel', 'POST /jobs/{id}/cancel', 'POST /projects', 'POST /projects/{name}/bisect', 'POST /projects/{name}/jobs', 'POST /projects/{name}/runs', 'POST /projects/{name}/sarif', 'POST /projects/{name}/suppressions', 'POST /runs/{id}/cancel',
    'PUT /projects/{name}', 'PUT /projects/{name}/secrets/{secret}',
    'GET /healthz/live', 'GET /healthz/ready',
  ].toSorted())
})

t.test('every operation says who may, with what, and what comes back', async t => {
  const ids = operations.map(({ operation }) => operation.operationId)
  t.equal(new Set(ids).size, ids.length, 'operation ids are unique')
  for (const { method, path, operation } of operations) {
    const name = `${method} ${path}`
    t.same(operation.security, ['/healthz', '/healthz/live', '/healthz/ready', '/openapi.json', '/projects/{name}/badge.svg'].includes(path) ? [] : [{ bearer: [] }], name)
    t.ok(operation.summary, name)
    const named = operation.parameters.filter((one: Loose) => one.in === 'path').map((one: Loose) => `{${one.name}}`)
    t.same(named, path.match(/\{\w+\}/g) ?? [], `${name}: path parameters`)
    t.ok(Object.keys(operation.responses).some(status => status.startsWith('2')), `${name}: success`)
    for (const [status, response] of Object.entries<Loose>(operation.responses)) {
      if (Number(status) >= 400 && !path.startsWith('/healthz')) t.same(Object.keys(response.content), ['application/problem+json'], `${name}: ${status}`)
    }
    t.equal(operation.requestBody !== undefined, ['POST', 'PUT'].includes(method), `${name}: body`)
  }
})

t.test('references lead somewhere, and every named schema is used', async t => {
  const text = JSON.stringify(document)
  const referred = new Set([...text.matchAll(/"\$ref":"(?<ref>[^"]+)"/g)].map(match => match.groups?.ref))
  t.same([...referred].toSorted(), Object.keys(document.components.schemas).map(id => `#/components/schemas/${id}`).toSorted())
})

t.test('parameters carry their bounds', async t => {
  const jobs = document.paths['/jobs'].get.parameters
  t.match(jobs.find((one: Loose) => one.name === 'limit'), { in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000, default: 50 } })
  t.match(jobs.find((one: Loose) => one.name === 'status').schema.enum, ['queued', 'running', 'passed'])
  t.match(document.paths['/jobs/{id}/log'].get.parameters.at(-1), { name: 'Last-Event-ID', in: 'header' })
})
