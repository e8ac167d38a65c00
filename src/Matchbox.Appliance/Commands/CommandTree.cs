using System.CommandLine;
using Matchbox.Appliance.Commands.Certs;
using Matchbox.Appliance.Commands.Convert;
using Matchbox.Appliance.Settings;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary>The commands of <c>matchbox</c>. Without a command it serves.</summary>
internal static class CommandTree
{
    private const string Ct = "ct";

    /// <summary>The names of all commands, known without making them.</summary>
    internal static readonly string[] Names =
    [
        ServeLine.Serve, ServeLine.Check, "machines", "leases", "explain", "events", "secrets", "webhooks", "apply", "documents", "import", "export", "health", "settings", "about", "users", "tokens",
        "setup-link", ButaneCommand.Name, Ct, "ignition", "certs", "version",
    ];

    private static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = $"settings file; also MATCHBOX_CONFIG, else {SettingsOrigin.StandardFile} if it is there",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<string?> State = new("--state-path", "--state")
    {
        Description = $"folder of the state; commands find the running appliance by it (default {ApplianceSettings.DefaultStatePath})",
        HelpName = "FOLDER",
        Recursive = true,
    };

    private static readonly Option<string?> Socket = new("--socket")
    {
        Description = "control socket of the running appliance (default FOLDER/control.sock)",
        HelpName = "FILE",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] arguments)
    {
        // Its flags are Go's, with one dash.
        if (arguments is [Ct, .. var rest])
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            using var errors = Console.OpenStandardError();
            return await GuardedAsync(() => Task.FromResult(CtCommand.Run(rest, input, output, errors)));
        }
        // Called a thousand times by a build, and so without the rest of the tree.
        if (arguments is [ButaneCommand.Name, ..])
        {
            return await InvokeAsync(new RootCommand { ButaneCommand.Create(arguments) }, arguments);
        }
        // Serving is what the program is started for, and it starts sooner without the tree.
        return ServeLine.Read(arguments, Names) switch
        {
            ServeLine.Run line => await GuardedAsync(() => RunAsync(line)),
            ServeLine.Version => await GuardedAsync(TellVersionAsync),
            ServeLine.Help help => await InvokeAsync(Root(arguments), HelpOf(help.Command), help.OnStandardError),
            ServeLine.Wrong wrong => await RefuseAsync(Root(arguments), wrong),
            _ => await InvokeAsync(Root(arguments), arguments),
        };
    }

    internal static RootCommand Root(string[] arguments)
    {
        var root = new RootCommand(
            """
            Matchbox boots bare machines over the network: DHCP, TFTP and HTTP in one service.

            Examples:
              matchbox check --config appliance.yaml     every fault, with its line
              matchbox --config appliance.yaml           serve
              matchbox machines                          who was seen, who waits, who is held
              matchbox machines arm node1                let node1 install once
              matchbox events --follow                   watch machines boot


            """ + ServeFlags.UpstreamHelp) { Config, State, Socket };
        var serve = new Command("serve",
            """
            Serve DHCP, TFTP and HTTP until SIGTERM. This is also what happens without a command.
            SIGHUP, or a change of the settings file, reloads the settings; bad ones are refused and the last good ones stay.
            Without settings it answers no DHCP on any network.
            """);
        var check = new Command("check",
            """
            Check the settings and the declared groups, profiles and configs. Every fault is one line, FILE:LINE:COLUMN: what,
            and the exit code is 1 when there is one.
            """);
        foreach (var option in ServeFlags.Options)
        {
            root.Add(option);
            serve.Add(option);
            check.Add(option);
        }
        root.Add(serve);
        root.Add(check);
        root.Add(MachinesCommand.Create(Client));
        root.Add(LeasesCommand.Create(Client));
        root.Add(ExplainCommand.Create(Client));
        root.Add(EventsCommand.Create(Client));
        root.Add(SecretsCommand.Create(Client));
        root.Add(WebhooksCommand.Create(Client));
        root.Add(ApplyCommand.Create(Client));
        root.Add(DocumentsCommand.Create(Client));
        root.Add(ImportCommand.Create(Client));
        root.Add(ExportCommand.Create(Client));
        root.Add(HealthCommand.Create(Client));
        root.Add(SettingsCommand.Create(Client));
        root.Add(AboutCommand.Create(Client));
        root.Add(UsersCommand.CreateUsers(Client));
        root.Add(UsersCommand.CreateTokens(Client));
        root.Add(UsersCommand.CreateSetupLink(Client));
        root.Add(ButaneCommand.Create(arguments));
        root.Add(new Command(Ct, "Translate Container Linux Configs to Ignition 2.3, as the ct command does, with its flags: matchbox ct -help"));
        root.Add(IgnitionCommand.Create());
        root.Add(CertsCommand.Create());
        var version = new Command("version", "Print the version.");
        version.SetAction(_ => Console.Out.WriteLine($"matchbox {HealthReport.Version}"));
        root.Add(version);
        return root;
    }

    private static async Task<int> RunAsync(ServeLine.Run line)
    {
        if (line.Note is { } note)
        {
            await Console.Error.WriteLineAsync($"note: {note}");
        }
        var origin = SettingsOrigin.Of(line.Config, line.Flags);
        return line.Command == ServeLine.Check ? CheckCommand.Run(origin, Console.Out) : await ServeCommand.RunAsync(origin);
    }

    private static string[] HelpOf(string? command) => command is null ? ["--help"] : [command, "--help"];

    private static async Task<int> TellVersionAsync()
    {
        await Console.Out.WriteLineAsync(HealthReport.Version);
        return ExitCode.Ok;
    }

    private static async Task<int> RefuseAsync(RootCommand root, ServeLine.Wrong wrong)
    {
        await Console.Error.WriteLineAsync(wrong.Error);
        await InvokeAsync(root, HelpOf(wrong.Command), onStandardError: true);
        return ExitCode.Usage;
    }

    private static async Task<int> InvokeAsync(RootCommand root, string[] arguments, bool onStandardError = false)
    {
        // The host takes signals itself, and a command that follows may simply be ended.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        if (onStandardError)
        {
            invocation.Output = Console.Error;
        }
        return await GuardedAsync(async () =>
        {
            var parsed = root.Parse(arguments);
            if (parsed.Errors.Count > 0)
            {
                // The help that follows a wrong command line is no output.
                invocation.Output = Console.Error;
            }
            var code = await parsed.InvokeAsync(invocation);
            return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
        });
    }

    private static async Task<int> GuardedAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (CommandException failure)
        {
            await Console.Error.WriteLineAsync($"matchbox: {failure.Message}");
            return ExitCode.Fault;
        }
        catch (IOException failure) when (SystemFault.IsBrokenPipe(failure))
        {
            // Whoever read our output, such as `head`, has gone.
            return ExitCode.Ok;
        }
        catch (IOException failure)
        {
            // Commands name the files of their own; what is left is what they print.
            CommandFiles.Say($"matchbox: {(Console.IsOutputRedirected ? "write /dev/stdout: " : "")}{SystemFault.ReasonOf(failure, "/dev/stdout")}\n");
            return ExitCode.Fault;
        }
    }

    /// <summary>The settings as a command other than <c>serve</c> and <c>check</c> may ask for them.</summary>
    private static SettingsOrigin OriginOf(ParseResult parsed)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (parsed.GetValue(State) is { Length: > 0 } state)
        {
            flags["state-path"] = Path.GetFullPath(state);
        }
        return SettingsOrigin.Of(parsed.GetValue(Config), flags);
    }

    private static ControlClient Client(ParseResult parsed)
    {
        var socket = parsed.GetValue(Socket);
        var state = parsed.GetValue(State) ?? Environment.GetEnvironmentVariable(SettingsOverrides.VariableOf("state-path"));
        if (socket is null && state is null && (parsed.GetValue(Config) ?? Environment.GetEnvironmentVariable(SettingsOverrides.ConfigVariable)) is not null)
        {
            state = OriginOf(parsed).ReadUnseen().Settings?.StatePath;
        }
        return new ControlClient(ControlClient.FindSocket(socket, state));
    }
}
