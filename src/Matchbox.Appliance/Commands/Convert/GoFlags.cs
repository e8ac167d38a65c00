using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Appliance.Commands.Convert;

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
            if (flag.IsSwitch && !TryParseSwitch(value ?? "true", out value))
            {
                error = $"invalid boolean value \"{argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..]}\" for -{name}: parse error";
                return false;
            }
            _given[name] = value!;
        }
        error = null;
        return true;
    }

    /// <summary>All flags there are, with their help.</summary>
    public string Usage(string command)
    {
        var lines = _known.Select(flag => $"  -{flag.Key}{(flag.Value.IsSwitch ? "" : " string")}\n    \t{flag.Value.Help}\n");
        return $"Usage of {command}:\n{string.Concat(lines)}";
    }

    private static bool TryParseSwitch(string text, out string? value)
    {
        value = text switch
        {
            "1" or "t" or "T" or "TRUE" or "true" or "True" => "true",
            "0" or "f" or "F" or "FALSE" or "false" or "False" => "false",
            _ => null,
        };
        return value is not null;
    }
}
