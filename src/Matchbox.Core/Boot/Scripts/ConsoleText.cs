using System.Text;

namespace Matchbox.Core.Boot.Scripts;

/// <summary>
/// Words for a machine's console inside a script: names and reasons may hold what others wrote, so nothing of them may become
/// a command. Printable ASCII only, for that is all that firmware consoles show.
/// </summary>
internal static class ConsoleText
{
    public const int MaxLength = 200;

    /// <summary>For iPXE's <c>echo</c>: no expansion, no separator of commands, no comment.</summary>
    public static string ForIpxe(string text) =>
        Clean(text, static c => c is '$' or '|' or '&' or ';' or '#' or '\\' or '"' or '`' ? ' ' : c);

    /// <summary>For GRUB, between single quotes, where only the quote itself has a meaning.</summary>
    public static string ForGrub(string text) => Clean(text, static c => c == '\'' ? '"' : c);

    private static string Clean(string text, Func<char, char> replace)
    {
        var result = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var c in text)
        {
            var shown = replace(c is >= ' ' and <= '~' ? c : char.IsWhiteSpace(c) || char.IsControl(c) ? ' ' : '?');
            // iPXE splits at spaces anyway: two of them are one.
            if (shown == ' ' && (result.Length == 0 || result[^1] == ' '))
            {
                continue;
            }
            if (result.Length == MaxLength)
            {
                break;
            }
            result.Append(shown);
        }
        return result.ToString().TrimEnd();
    }
}
