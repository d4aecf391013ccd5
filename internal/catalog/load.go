package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
)

// Load reads and checks the catalog at path: a file, or a folder of them. What
// is wrong in it comes back as Problems.
func Load(path string) (*Catalog, error) { return Read(context.Background(), Path(path)) }

// Read reads and checks the catalog of a source. What is wrong in it comes back
// as Problems.
func Read(ctx context.Context, source Source) (*Catalog, error) {
	files, err := source.Read(ctx)
	if err != nil {
		return nil, err
	}
	return build(ctx, source.ReadBeside, files).result()
}

// Parse is Load for a catalog that is already in memory; name stands for the
// file in errors. It cannot name OpenAPI files.
func Parse(name string, data []byte) (*Catalog, error) {
	return build(context.Background(), nothingBeside, []File{{Name: name, Data: data}}).result()
}

func nothingBeside(context.Context, string) (File, error) {
	return File{}, errors.New("this catalog has no folder to read it from")
}

// built is what came of one revision, good or bad.
type built struct {
	catalog  *Catalog // with its problems; in force only without them
	problems Problems
	// references are the OpenAPI files that the catalog names. They are part of
	// the revision, so they are looked at whenever the catalog is.
	references []string
	revision   string
}

func (b *built) result() (*Catalog, error) {
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	return b.catalog, nil
}

// besideFunc is a Source's ReadBeside.
type besideFunc func(ctx context.Context, path string) (File, error)

// build makes a catalog of its files.
func build(ctx context.Context, beside besideFunc, files []File) *built {
	documents, problems := readDocuments(files)
	if len(problems) > 0 {
		return &built{problems: problems, revision: revisionOf(files)}
	}
	c := merge(documents)
	b := &built{catalog: c, references: references(c)}
	specs := readSpecs(ctx, beside, b.references)
	b.revision = revisionOf(files, specs...)
	c.Revision = b.revision

	v := &validator{catalog: c, documents: documents, specs: specs}
	v.check()
	b.problems = v.problems
	return b
}

// references lists the OpenAPI files that a catalog names, each once.
func references(c *Catalog) []string {
	var names []string
	for _, api := range c.APIs {
		if api.OpenAPI != "" && !slices.Contains(names, api.OpenAPI) {
			names = append(names, api.OpenAPI)
		}
	}
	return names
}

// spec is a file beside the catalog, or why it could not be read.
type spec struct {
	reference string
	file      File
	err       error
}

func readSpecs(ctx context.Context, beside besideFunc, references []string) []spec {
	specs := make([]spec, len(references))
	for i, reference := range references {
		file, err := beside(ctx, reference)
		specs[i] = spec{reference, file, err}
	}
	return specs
}

// revisionOf names a content: equal content, equal revision, on every collector.
func revisionOf(files []File, specs ...spec) string {
	if len(files) == 1 && len(specs) == 0 {
		sum := sha256.Sum256(files[0].Data)
		return hex.EncodeToString(sum[:6])
	}
	all := sha256.New()
	for _, file := range files {
		sum := sha256.Sum256(file.Data)
		all.Write(sum[:])
	}
	for _, spec := range specs {
		sum := sha256.Sum256(spec.file.Data)
		all.Write(sum[:])
	}
	return hex.EncodeToString(all.Sum(nil)[:6])
}
