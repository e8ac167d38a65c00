using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Commands;

/// <summary>What a command line comes to that names no command of ours but <c>serve</c> and <c>check</c>.</summary>
internal abstract record ServeLine
{
    private ServeLine() { }

    /// <summary>Serve, or check, with these flags: by setting, or by poseidon/matchbox's name of it.</summary>
    public sealed record Run(string Command, string? Config, IReadOnlyDictionary<string, string> Flags, string? Note) : ServeLine;

    /// <summary>Only the version was asked for.</summary>
    public sealed record Version : ServeLine;

    /// <summary>Help was asked for, in poseidon/matchbox's way (<c>-help</c>), which has it on standard error, or in any other.</summary>
    public sealed record Help(string? Command, bool OnStandardError) : ServeLine;

    /// <summary>The line is wrong; after the error comes the usage.</summary>
    public sealed record Wrong(string? Command, string Error) : ServeLine;

    /// <summary>The line belongs to another command.</summary>
    public sealed record Elsewhere : ServeLine;

    public const string Serve = "serve";
    public const string Check = "check";

    /// <summary>
    /// Reads a line as Go's <c>flag</c> does, which is how poseidon/matchbox reads its own. A word that is no command is ignored
    /// there, with all that follows it. So it is here behind a flag of poseidon/matchbox's, for that line is from a unit file or a
    /// container; a note tells of it. On any other line, and when it is nearly a command's name, it is somebody's slip and an error.
    /// </summary>
    /// <param name="arguments">All of the command line.</param>
    /// <param name="commands">The names of all commands.</param>
    public static ServeLine Read(string[] arguments, IReadOnlyCollection<string> commands)
    {
        string? command = null;
        var rest = arguments;
        var flags = ServeFlags.Parser();
        while (true)
        {
            if (!flags.TryParse(rest, out var error))
            {
                return new Wrong(command, error + (flags.Unknown is { } unknown ? Nearest.Suggest(unknown, flags.Names) : ""));
            }
            rest = flags.Rest;
            if (rest is not [var word, ..] || command is not null || !commands.Contains(word))
            {
                break;
            }
            if (word is not (Serve or Check))
            {
                return new Elsewhere();
            }
            command = word;
            rest = rest[1..];
        }
        if (ServeFlags.HelpNames.Any(flags.IsOn))
        {
            return new Help(command, OnStandardError: !arguments.Any(argument => argument is "--help" or "-h" or "--h" or "-?"));
        }
        if (flags.IsOn(ServeFlags.VersionName))
        {
            return new Version();
        }
        if (rest is not [var stray, ..])
        {
            return RunOf(command, flags, null);
        }
        var suggestion = Nearest.Suggest(stray, commands);
        return suggestion.Length > 0 || !flags.Given.Keys.Any(name => UpstreamFlags.Named(name) is not null)
            ? new Wrong(command, $"'{stray}' is no command{suggestion}")
            : RunOf(command, flags, $"'{stray}' is no flag: it is ignored{(rest.Length > 1 ? ", and so is what follows it" : "")}");
    }

    private static Run RunOf(string? command, GoFlags given, string? note)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        string? config = null;
        foreach (var (name, text) in given.Given)
        {
            switch (ServeFlags.KeyOf(name))
            {
                case null:
                    break;
                case ServeFlags.ConfigName:
                    config = text;
                    break;
                // Where the shell stands is what a flag means; a path in the file starts at the file.
                case var key:
                    flags[key] = IsPath(key) && text.Length > 0 ? Path.GetFullPath(text) : text;
                    break;
            }
        }
        return new Run(command ?? Serve, config, flags, note);
    }

    private static bool IsPath(string key) =>
        key.EndsWith("-path", StringComparison.Ordinal) || key.EndsWith("-file", StringComparison.Ordinal) || key == "log.file";
}
