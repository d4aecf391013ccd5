package rules

import "github.com/weir-otel/weir/internal/problem"

// Problem is one thing that is wrong in a rule file.
type Problem = problem.Problem

// Problems is everything wrong in the files, in their order.
type Problems = problem.Problems
