package redactprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pprofile"
)

func (r *redactor) processProfiles(ctx context.Context, pd pprofile.Profiles) (_ pprofile.Profiles, err error) {
	w := r.walker()
	defer w.finish(ctx, &err)
	w.begin(signalProfiles)
	if r.audit {
		w.batch.records = pd.ProfileCount()
	}
	w.replaced = map[string]string{}
	for _, rp := range pd.ResourceProfiles().All() {
		w.enterResource(rp.Resource().Attributes())
		attempt(w, (*walker).resource, rp.Resource())
		attempt(w, schemaURL, rp)
		for _, sp := range rp.ScopeProfiles().All() {
			attempt(w, (*walker).scope, sp.Scope())
			attempt(w, schemaURL, sp)
			for _, profile := range sp.Profiles().All() {
				w.payload(profile)
			}
		}
	}
	w.useFor("", "") // the dictionary is shared by all resources
	if !w.dryRun {
		if err := inlineReferences(pd.Dictionary()); err != nil {
			return pd, errUnwalkable
		}
	}
	attempt(w, (*walker).dictionary, pd.Dictionary())
	w.record.reset()
	return pd, nil
}

// payload drops the profile in its original format: it holds again all that is
// redacted elsewhere, mostly compressed.
func (w *walker) payload(profile pprofile.Profile) {
	if profile.OriginalPayload().Len() > 0 {
		if _, changed := w.failed(placeProfilePayload, reasonOpaque, ""); changed {
			profile.OriginalPayload().FromRaw(nil)
			profile.SetOriginalPayloadFormat("")
		}
	}
	w.set(placeProfilePayload, profile.OriginalPayloadFormat(), profile.SetOriginalPayloadFormat)
}

// dictionary redacts the attributes under their keys, and then the strings: one
// that was replaced anywhere goes here too, although nothing tells what it
// stands under.
func (w *walker) dictionary(d pprofile.ProfilesDictionary) {
	texts := d.StringTable()
	for _, kv := range d.AttributeTable().All() {
		key := ""
		if i := int(kv.KeyStrindex()); i >= 0 && i < texts.Len() {
			key = texts.At(i)
		}
		w.profileAttribute(key, kv.Value())
	}
	for i := range texts.Len() {
		text := texts.At(i)
		if out, found := w.replaced[text]; found {
			texts.SetAt(i, out)
			continue
		}
		if out, changed := w.text(placeProfileString, "", text); changed {
			texts.SetAt(i, out)
		}
	}
}

func (w *walker) profileAttribute(key string, v pcommon.Value) {
	if w.denies && !w.allows(key) {
		w.deny(placeProfileAttribute, v)
	}
	w.value(placeProfileAttribute, key, v, 0)
}

// inlineReferences puts the strings into values of the attribute table that
// only refer to the string table: pdata resolves such references in the
// attributes of a resource, and nowhere else.
func inlineReferences(d pprofile.ProfilesDictionary) error {
	var referring []pprofile.KeyValueAndUnit
	for _, kv := range d.AttributeTable().All() {
		if mayRefer(kv.Value(), 0) {
			referring = append(referring, kv)
		}
	}
	if len(referring) == 0 || d.StringTable().Len() == 0 {
		return nil
	}
	carrier := pprofile.NewProfiles()
	d.StringTable().CopyTo(carrier.Dictionary().StringTable())
	values := carrier.ResourceProfiles().AppendEmpty().Resource().Attributes().PutEmptySlice("values")
	for _, kv := range referring {
		kv.Value().CopyTo(values.AppendEmpty())
	}
	wire, err := (&pprofile.ProtoMarshaler{}).MarshalProfiles(carrier)
	if err != nil {
		return err
	}
	if carrier, err = (&pprofile.ProtoUnmarshaler{}).UnmarshalProfiles(wire); err != nil {
		return err
	}
	for _, resolved := range carrier.ResourceProfiles().At(0).Resource().Attributes().All() {
		for i, kv := range referring {
			resolved.Slice().At(i).CopyTo(kv.Value())
		}
	}
	return nil
}

// mayRefer reports whether there is an empty value or key in a value: through
// pdata, a reference looks like that.
func mayRefer(v pcommon.Value, depth int) bool {
	if depth > maxDepth {
		return false // and is replaced
	}
	switch v.Type() {
	case pcommon.ValueTypeEmpty:
		return true
	case pcommon.ValueTypeMap:
		for key, inner := range v.Map().All() {
			if key == "" || mayRefer(inner, depth+1) {
				return true
			}
		}
	case pcommon.ValueTypeSlice:
		for _, inner := range v.Slice().All() {
			if mayRefer(inner, depth+1) {
				return true
			}
		}
	}
	return false
}
