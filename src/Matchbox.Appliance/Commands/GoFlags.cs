using System.Diagnostics.CodeAnalysis;
using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Commands;

/// <summary>
/// A command line as Go's package <c>flag</c> reads it: one or two dashes, <c>-name=value</c> or <c>-name value</c>, no short
/// forms, and what follows the first other word is no flag any more.
/// </summary>
internal sealed class GoFlags
{
    private readonly SortedDictionary<string, (string Help, bool IsSwitch)> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    /// <summary>A flag that is there or is not.</summary>
    public GoFlags Switch(string name, string help)
    {
        _known[name] = (help, true);
        return this;
    }

    /// <summary>A flag with a text.</summary>
    public GoFlags Text(string name, string help)
    {
        _known[name] = (help, false);
        return this;
    }

    /// <summary>What was given, by name; of a flag that was given twice, the last.</summary>
    public IReadOnlyDictionary<string, string> Given => _given;

    /// <summary>What follows the flags: the first word that is none, and all after it.</summary>
    public string[] Rest { get; private set; } = [];

    /// <summary>The flag that ended reading because there is none of that name; null when that was not the fault.</summary>
    public string? Unknown { get; private set; }

    public IEnumerable<string> Names => _known.Keys;

    public bool IsOn(string name) => _given.GetValueOrDefault(name) == "true";

    /// <summary>Empty if it was not given.</summary>
    public string this[string name] => _given.GetValueOrDefault(name, "");

    /// <param name="arguments">The command line without the command.</param>
    /// <param name="error">What is wrong, in Go's words; empty for <c>-h</c>, which is no flag but asks for help.</param>
    public bool TryParse(ReadOnlySpan<string> arguments, [NotNullWhen(false)] out string? error)
    {
        while (!arguments.IsEmpty && arguments[0] is ['-', _, ..] and not "--")
        {
            var argument = arguments[0];
            arguments = arguments[1..];
            var name = argument[1] == '-' ? argument[2..] : argument[1..];
            if (name is "" or ['-' or '=', ..])
            {
                error = $"bad flag syntax: {argument}";
                return false;
            }
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            var value = equals < 0 ? null : name[(equals + 1)..];
            name = equals < 0 ? name : name[..equals];
            if (!_known.TryGetValue(name, out var flag))
            {
                Unknown = name;
                error = name is "h" or "help" ? "" : $"flag provided but not defined: -{name}";
                return false;
            }
            if (value is null && !flag.IsSwitch)
            {
                if (arguments.IsEmpty)
                {
                    error = $"flag needs an argument: -{name}";
                    return false;
                }
                value = arguments[0];
                arguments = arguments[1..];
            }
            value ??= "true";
            if (flag.IsSwitch)
            {
                if (!GoBool.TryParse(value, out var on))
                {
                    error = $"invalid boolean value \"{value}\" for -{name}: parse error";
                    return false;
                }
                value = on ? "true" : "false";
            }
            _given[name] = value;
        }
        Rest = [.. arguments is ["--", .. var words] ? words : arguments];
        error = null;
        return true;
    }

    /// <summary>All flags there are, with their help.</summary>
    public string Usage(string command)
    {
        var lines = _known.Select(flag => $"  -{flag.Key}{(flag.Value.IsSwitch ? "" : " string")}\n    \t{flag.Value.Help}\n");
        return $"Usage of {command}:\n{string.Concat(lines)}";
    }
}
