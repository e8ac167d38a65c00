using System.CommandLine;
using Matchbox.Appliance.Commands.Convert;
using Matchbox.Appliance.Settings;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary>The commands of <c>matchbox</c>. Without a command it serves.</summary>
internal static class CommandTree
{
    private const string Ct = "ct";

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

    // Flags of serve and check, by the setting that each overrides.
    private static readonly (string Path, Option<string?> Option)[] Overrides =
    [
        Override("data-path", "FOLDER", "folder of groups/, profiles/ and ignition/"),
        Override("assets-path", "FOLDER", "folder of kernels and initrds"),
        Override("loaders-path", "FOLDER", "folder of boot loaders"),
        Override("boot.listen", "ADDRESS:PORT,...", "where machines fetch (default 0.0.0.0:8080)"),
        Override("admin.listen", "ADDRESS:PORT,...", "health and metrics (default 127.0.0.1:9443)"),
        Override("log.level", "LEVEL", "trace, debug, information, warning or error"),
        Override("log.format", "FORMAT", "console or json"),
    ];

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
        var root = new RootCommand(
            """
            Matchbox boots bare machines over the network: DHCP, TFTP and HTTP in one service.

            Examples:
              matchbox check --config appliance.yaml     every fault, with its line
              matchbox --config appliance.yaml           serve
              matchbox machines                          who was seen, who waits, who is held
              matchbox machines arm node1                let node1 install once
              matchbox events --follow                   watch machines boot
            """) { Config, State, Socket };
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
        foreach (var (_, option) in Overrides)
        {
            root.Add(option);
            serve.Add(option);
            check.Add(option);
        }
        root.SetAction((parsed, _) => ServeCommand.RunAsync(OriginOf(parsed)));
        serve.SetAction((parsed, _) => ServeCommand.RunAsync(OriginOf(parsed)));
        check.SetAction(parsed => CheckCommand.Run(OriginOf(parsed), Console.Out));
        root.Add(serve);
        root.Add(check);
        root.Add(MachinesCommand.Create(Client));
        root.Add(LeasesCommand.Create(Client));
        root.Add(EventsCommand.Create(Client));
        root.Add(HealthCommand.Create(Client));
        root.Add(UsersCommand.CreateUsers(Client));
        root.Add(UsersCommand.CreateTokens(Client));
        root.Add(UsersCommand.CreateSetupLink(Client));
        root.Add(ButaneCommand.Create(arguments));
        root.Add(new Command(Ct, "Translate Container Linux Configs to Ignition 2.3, as the ct command does, with its flags: matchbox ct -help"));
        root.Add(IgnitionCommand.Create());
        var version = new Command("version", "Print the version.");
        version.SetAction(_ => Console.Out.WriteLine($"matchbox {HealthReport.Version}"));
        root.Add(version);
        return await InvokeAsync(root, arguments);
    }

    private static async Task<int> InvokeAsync(RootCommand root, string[] arguments)
    {
        // The host takes signals itself, and a command that follows may simply be ended.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
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

    private static SettingsOrigin OriginOf(ParseResult parsed)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, option) in Overrides.Append(("state-path", State)))
        {
            if (parsed.GetValue(option) is { } text)
            {
                // Where the shell stands is what a flag means; a path in the file starts at the file.
                flags[path] = path.EndsWith("-path", StringComparison.Ordinal) && text.Length > 0 ? Path.GetFullPath(text) : text;
            }
        }
        return SettingsOrigin.Of(parsed.GetValue(Config), flags);
    }

    private static ControlClient Client(ParseResult parsed)
    {
        var socket = parsed.GetValue(Socket);
        var state = parsed.GetValue(State) ?? Environment.GetEnvironmentVariable(SettingsOverrides.VariableOf("state-path"));
        if (socket is null && state is null && (parsed.GetValue(Config) ?? Environment.GetEnvironmentVariable(SettingsOverrides.ConfigVariable)) is not null)
        {
            state = OriginOf(parsed).Read().Settings?.StatePath;
        }
        return new ControlClient(ControlClient.FindSocket(socket, state));
    }

    private static (string Path, Option<string?> Option) Override(string path, string value, string text) =>
        (path, new Option<string?>($"--{path.Replace('.', '-')}") { Description = text, HelpName = value });
}
