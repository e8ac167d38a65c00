using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Protocols.Tftp;

/// <summary>What a client's file name means: a relative path with forward slashes that cannot climb.</summary>
public static class TftpFileName
{
    /// <summary>
    /// The name without leading and doubled slashes, with backslashes turned (Windows loaders write those). False for control
    /// characters, <c>..</c> parts, drive letters and names that are empty then. What links on a disk point to is not known here.
    /// </summary>
    public static bool TryNormalize(string name, [NotNullWhen(true)] out string? path)
    {
        path = null;
        foreach (var character in name)
        {
            if (char.IsControl(character))
            {
                return false;
            }
        }
        var parts = name.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        var kept = 0;
        foreach (var part in parts)
        {
            if (part == "..")
            {
                return false;
            }
            if (part != ".")
            {
                parts[kept++] = part;
            }
        }
        if (kept == 0 || (parts[0] is [var drive, ':', ..] && char.IsAsciiLetter(drive)))
        {
            return false;
        }
        path = string.Join('/', parts, 0, kept);
        return true;
    }
}
