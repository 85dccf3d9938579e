namespace Cdp.Move;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    public const string Text = """
        Cdp move: copies everything between the embedded stores and the engines.

          --to engines     from the data directory to the engines that have a connection string
          --to embedded    from those engines to the data directory
          --verify-only    copies nothing, compares both sides

        Settings, as for the services (command line --Name value, or environment with __ for :):
          --Cdp:DataDirectory           where the embedded stores keep their files; default ./data
          --ConnectionStrings:mongodb   the state of all stages
          --ConnectionStrings:kafka     the event log; without, it stays in the data directory
          --Cdp:Kafka:TopicPrefix       what the names of its topics begin with; default cdp

        The platform must be stopped, and the target empty. The same command after an interruption goes on where it stopped.
        The source stays as it is. Exit code 0 says that both sides hold the same.
        """;
}
