using Matchbox.Appliance.Commands;

namespace Matchbox.Appliance.Tests.Commands;

/// <summary>Command lines as Go reads them, one per row: what they come to.</summary>
public sealed class ServeLineTests
{
    private static readonly string[] Commands = ["serve", "check", "machines", "leases", "events", "health", "version"];

    [Fact]
    public void The_names_of_all_commands_are_known_without_making_them() =>
        Assert.Equal(CommandTree.Root([]).Subcommands.Select(command => command.Name).Order(StringComparer.Ordinal), CommandTree.Names.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("", "serve")]
    [InlineData("serve", "serve")]
    [InlineData("check", "check")]
    [InlineData("-address=0.0.0.0:8080 -log-level=debug", "serve address=0.0.0.0:8080 log-level=debug")]
    [InlineData("--address 0.0.0.0:8080 --log-level debug", "serve address=0.0.0.0:8080 log-level=debug")]
    [InlineData("serve -address :80", "serve address=:80")]
    [InlineData("-address :80 serve --log-format json", "serve address=:80 log.format=json")]
    [InlineData("check -data-path=/d", "check data-path=/d")]
    [InlineData("-data-path /d check", "check data-path=/d")]
    [InlineData("-address :1 -address=:2", "serve address=:2")]
    [InlineData("-assets-path=", "serve assets-path=")]
    [InlineData("-assets-path -address", "serve assets-path=CWD/-address")]
    [InlineData("-web-ssl", "serve web-ssl=true")]
    [InlineData("-web-ssl=F -web-cert-file /c", "serve web-cert-file=/c web-ssl=false")]
    [InlineData("-data-path d -key-ring-path=r/../s -cert-file c", "serve cert-file=CWD/c data-path=CWD/d key-ring-path=CWD/s")]
    [InlineData("--config a.yaml --state s -compatibility strict", "serve [a.yaml] compatibility=strict state-path=CWD/s")]
    [InlineData("-c a.yaml --boot-tls-enabled=true --write-to folder", "serve [a.yaml] boot.tls.enabled=true write-to=folder")]
    [InlineData("-version=0 -help=false", "serve")]
    [InlineData("-address :1 --", "serve address=:1")]
    public void Serve_or_check(string line, string meaning) => Assert.Equal(meaning, Meaning(line));

    [Theory]
    [InlineData("-web-ssl true -address :80", "serve web-ssl=true note: 'true' is no flag: it is ignored, and so is what follows it")]
    [InlineData("-address :80 extra", "serve address=:80 note: 'extra' is no flag: it is ignored")]
    [InlineData("-address :80 - -nonsense", "serve address=:80 note: '-' is no flag: it is ignored, and so is what follows it")]
    [InlineData("serve -address :80 -- -nonsense", "serve address=:80 note: '-nonsense' is no flag: it is ignored")]
    public void A_word_behind_flags_of_poseidon_matchbox_is_ignored_as_it_does(string line, string meaning) => Assert.Equal(meaning, Meaning(line));

    [Theory]
    [InlineData("machine", "wrong: 'machine' is no command: did you mean 'machines'?")]
    [InlineData("frobnicate", "wrong: 'frobnicate' is no command")]
    [InlineData("-data-path /d chek", "wrong: 'chek' is no command: did you mean 'check'?")]
    [InlineData("--config a.yaml frobnicate", "wrong: 'frobnicate' is no command")]
    [InlineData("serve frobnicate", "wrong serve: 'frobnicate' is no command")]
    [InlineData("-nonsense", "wrong: flag provided but not defined: -nonsense")]
    [InlineData("serve --adress=:80", "wrong serve: flag provided but not defined: -adress: did you mean 'address'?")]
    [InlineData("-address", "wrong: flag needs an argument: -address")]
    [InlineData("-web-ssl=maybe", "wrong: invalid boolean value \"maybe\" for -web-ssl: parse error")]
    [InlineData("---address=1", "wrong: bad flag syntax: ---address=1")]
    [InlineData("-=1", "wrong: bad flag syntax: -=1")]
    public void A_slip_is_an_error(string line, string meaning) => Assert.Equal(meaning, Meaning(line));

    [Theory]
    [InlineData("-version", "version")]
    [InlineData("--version -address :80", "version")]
    [InlineData("-version=true", "version")]
    [InlineData("-help", "help on standard error")]
    [InlineData("-address :80 -help", "help on standard error")]
    [InlineData("--help", "help")]
    [InlineData("-h", "help")]
    [InlineData("-?", "help")]
    [InlineData("serve --help", "help serve")]
    [InlineData("-help machine", "help on standard error")]
    public void What_only_tells_something(string line, string meaning) => Assert.Equal(meaning, Meaning(line));

    [Theory]
    [InlineData("machines arm node1 --lifetime 30m")]
    [InlineData("--config a.yaml machines")]
    [InlineData("--state=/s leases --all")]
    [InlineData("version")]
    public void Other_commands_are_not_looked_into(string line) => Assert.Equal("elsewhere", Meaning(line));

    private static string Meaning(string line) => ServeLine.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), Commands) switch
    {
        ServeLine.Run run => string.Join(' ',
            [
                run.Command, .. run.Config is { } config ? (string[])[$"[{config}]"] : [],
                .. run.Flags.OrderBy(flag => flag.Key, StringComparer.Ordinal)
                    .Select(flag => $"{flag.Key}={flag.Value.Replace($"{Directory.GetCurrentDirectory()}/", "CWD/", StringComparison.Ordinal)}"),
                .. run.Note is { } note ? (string[])[$"note: {note}"] : [],
            ]),
        ServeLine.Version => "version",
        ServeLine.Help help => $"help{(help.Command is { } command ? $" {command}" : "")}{(help.OnStandardError ? " on standard error" : "")}",
        ServeLine.Wrong wrong => $"wrong{(wrong.Command is { } command ? $" {command}" : "")}: {wrong.Error}",
        _ => "elsewhere",
    };
}
