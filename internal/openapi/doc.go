// Package openapi reads what the catalog needs of OpenAPI documents, and finds
// the operation that a request's path belongs to.
//
// Parse reads versions 3.0, 3.1 and 3.2, as JSON or YAML: the title, the base
// path, and of each operation its method, path template, operationId, security
// scopes, deprecation and data classification. Schemas, examples and everything
// else are skipped, so a mistake in them stops nothing, and nothing outside the
// document is ever read: a $ref to another file is looked at only where a whole
// path stands behind it, and refused there.
//
// Router holds path templates and matches paths against them:
//
//	/contacts/{id}                one segment
//	/files/{name}.json            part of a segment
//	/odata/Users('{id}')          OData keys
//	/{proxy+}, /{path*}, /hooks/* one or more segments, at the end only
//
// Specification: https://spec.openapis.org/oas/
package openapi
