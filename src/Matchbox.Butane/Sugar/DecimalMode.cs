namespace Matchbox.Butane.Sugar;

/// <summary>Tells a file mode that was written in decimal and meant in octal: 644 instead of 0644.</summary>
internal static class DecimalMode
{
    public const string Message = "unreasonable mode would be reasonable if specified in octal; remember to add a leading zero";

    private const int SetUserId = 0b100_000_000_000;
    private const int SetGroupId = 0b010_000_000_000;
    private const int Sticky = 0b001_000_000_000;

    /// <summary>The mode makes no sense as it is, and would make sense with its digits read as octal ones.</summary>
    public static bool IsLikely(long mode, bool isFolder) =>
        AsOctal(mode) is { } octal && !IsTypical((int)mode, isFolder) && IsTypical(octal, isFolder);

    /// <summary>The number that the decimal digits mean in octal; null where one of them is 8 or 9, or there are more than four.</summary>
    public static int? AsOctal(long mode)
    {
        if (mode is < 0 or > 7777)
        {
            return null;
        }
        var octal = 0;
        for (var divisor = 1000; divisor > 0; divisor /= 10)
        {
            var digit = (int)(mode / divisor % 10);
            if (digit > 7)
            {
                return null;
            }
            octal = (octal * 8) + digit;
        }
        return octal;
    }

    // Nobody has more rights than somebody closer to the file, nobody writes or executes without reading, and the special bits
    // stand where they mean something.
    private static bool IsTypical(int mode, bool isFolder)
    {
        if (mode == 0)
        {
            return true;
        }
        var granted = 0;
        foreach (var rights in (ReadOnlySpan<int>)[mode & 7, (mode >> 3) & 7, (mode >> 6) & 7])
        {
            const int read = 4, execute = 1;
            var keepsAll = (granted & ~rights) == 0;
            var executesAlone = (rights & execute) != 0 && (granted & read) != 0 && (granted & execute) == 0;
            var isBlind = rights is not 0 && (rights & read) == 0;
            if (!keepsAll || executesAlone || isBlind)
            {
                return false;
            }
            granted |= rights;
        }
        var (isReadable, isWritable, isExecutable) = ((granted & 4) != 0, (granted & 2) != 0, (granted & 1) != 0);
        if (!isReadable)
        {
            return false;
        }
        if (isFolder)
        {
            return isExecutable && (mode & SetUserId) == 0 && ((mode & (SetGroupId | Sticky)) == 0 || isWritable);
        }
        var runsAsOther = (mode & (SetUserId | SetGroupId)) != 0;
        return (mode & Sticky) == 0 && (!runsAsOther || (isExecutable && (mode & 2) == 0));
    }
}
