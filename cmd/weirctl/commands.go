package main

import "github.com/spf13/cobra"

// commands lists every subcommand; each is in the file of its name.
func commands() []*cobra.Command {
	return []*cobra.Command{
		newDemoCommand(),
		newSimulateCommand(),
		newIdentifyCommand(),
		newCatalogCommand(),
		newRedactCommand(),
		newRulesCommand(),
		newScoreCommand(),
		newWhoCommand(),
		newReportCommand(),
		newReattributeCommand(),
		newAlertsCommand(),
		newAuditCommand(),
		newDashboardsCommand(),
		newSchemaCommand(),
		newBackupCommand(),
		newRestoreCommand(),
		newMoveCommand(),
		newDeadLetterCommand(),
		newEraseCommand(),
	}
}
