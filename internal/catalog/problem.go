package catalog

import "github.com/weir-otel/weir/internal/problem"

// Problem is one thing that is wrong in a catalog file.
type Problem = problem.Problem

// Problems is everything wrong in a file, in its order.
type Problems = problem.Problems

// maxProblems bounds what one check reports: the rest is mostly of the same kind.
const maxProblems = 50
