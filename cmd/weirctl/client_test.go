package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chdb/credential"
)

func TestTheDataFolderOrTheEnginesOwnIsTaken(t *testing.T) {
	data := t.TempDir()
	engine := filepath.Join(data, embeddedDirName)
	require.NoError(t, os.Mkdir(engine, 0o700))
	require.NoError(t, credential.Write(engine, credential.Credential{Endpoint: "http://127.0.0.1:1", Username: "weir", Password: "p" + "w"}))
	for _, folder := range []string{data, engine} {
		cfg, err := (&clientFlags{dataDir: folder, database: "other"}).config()
		require.NoError(t, err)
		require.Equal(t, "http://127.0.0.1:1", cfg.Endpoint)
		require.Equal(t, "other", cfg.Database)
	}
	_, err := (&clientFlags{dataDir: t.TempDir()}).config()
	require.ErrorContains(t, err, "--data-dir")
}

func TestAPasswordInAnAddressIsRefusedAndNotRepeated(t *testing.T) {
	password := "pass" + "word1"
	for _, url := range []string{"http://jane:" + password + "@ch:8123", "ftp://jane:" + password + "@ch:1", "http://jane:" + password + "@ch", "http://jane:" + password + "%zz@ch:1"} {
		_, err := (&clientFlags{url: url, database: "weir"}).config()
		require.ErrorIs(t, err, cli.ErrUsage)
		require.NotContains(t, err.Error(), password)
	}
}

func TestAPasswordComesFromAFileOrTheEnvironment(t *testing.T) {
	t.Setenv(passwordEnv, "from"+"env")
	f := &clientFlags{url: "http://ch:8123", user: "jane", database: "weir"}
	cfg, err := f.config()
	require.NoError(t, err)
	require.Equal(t, "from"+"env", string(cfg.Password))
	f.passwordFile = filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(f.passwordFile, []byte("from"+"file\n"), 0o600))
	cfg, err = f.config()
	require.NoError(t, err)
	require.Equal(t, "from"+"file", string(cfg.Password))
	f.url = ""
	_, err = f.config()
	require.ErrorIs(t, err, cli.ErrUsage)
}
