package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/credential"
)

const catalogHashHelp = `Hash reads an API key or bearer token from standard input and prints what to
write into a connector's match.credential_hashes:

  match:
    credential_hashes: ["v1:5f1c0d3a9b8e7f60123456789abcdef0"]

The hash is keyed (HMAC-SHA-256): --key-file holds the secret of credentials.keys
in the identity processor's configuration, and --key-id its id. The catalog then
holds nothing that could be used or guessed from. Give the key alone, without
"Bearer" before it; by standard input it stays out of the shell's history.`

// maxCredential is more than any header of a request may have, in bytes.
const maxCredential = 64 << 10

func newCatalogHashCommand() *cobra.Command {
	var keyFile, keyID string
	command := &cobra.Command{
		Use:   "hash --key-file FILE",
		Short: "Print the keyed hash by which the catalog knows an API key",
		Long:  catalogHashHelp,
		Example: `  weirctl catalog hash --key-file credential-secret < api-key
  read -rs KEY && printf %s "$KEY" | weirctl catalog hash --key-file credential-secret --key-id v2`,
		RunE: func(command *cobra.Command, _ []string) error {
			hasher, err := hasherFromFile(keyFile, keyID)
			if err != nil {
				return err
			}
			key, err := readCredential(command.InOrStdin())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), hasher.Hash(key))
			return err
		},
	}
	command.Flags().StringVar(&keyFile, "key-file", "", "`file` with the secret of credentials.keys")
	command.Flags().StringVar(&keyID, "key-id", "v1", "`id` of that key")
	return command
}

func hasherFromFile(keyFile, keyID string) (*credential.Hasher, error) {
	if keyFile == "" {
		return nil, cli.Usagef("no --key-file, expected the file with the secret of credentials.keys")
	}
	secret, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, fmt.Errorf("cannot read --key-file: %w", err)
	}
	hasher, err := credential.New([]credential.Key{{ID: keyID, Secret: bytes.TrimSpace(secret)}})
	if err != nil {
		return nil, fmt.Errorf("cannot use --key-file %s with --key-id %s: %w", keyFile, keyID, err)
	}
	return hasher, nil
}

// readCredential reads a key to its end; errors do not repeat it.
func readCredential(in io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxCredential+1))
	if err != nil {
		return "", fmt.Errorf("cannot read the key from standard input: %w", err)
	}
	data = bytes.TrimRight(data, "\r\n")
	switch {
	case len(data) == 0:
		return "", cli.Usagef("nothing on standard input, expected an API key or token")
	case len(data) > maxCredential:
		return "", cli.Usagef("more than %d bytes on standard input, expected one API key or token", maxCredential)
	case bytes.ContainsAny(data, " \t\r\n"):
		return "", cli.Usagef(`blanks on standard input, expected the key alone, without "Bearer" before it`)
	}
	return string(data), nil
}
