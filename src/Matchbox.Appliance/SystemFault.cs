namespace Matchbox.Appliance;

/// <summary>Why a system call failed, in the words that Go's programs print, which are the kernel's in lower case.</summary>
internal static class SystemFault
{
    private const int BrokenPipe = 32;

    /// <summary>Is this what .NET throws for a file that cannot be opened, read or written.</summary>
    public static bool Is(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Has the reader of a pipe gone, such as <c>head</c>.</summary>
    public static bool IsBrokenPipe(IOException failure) => failure.HResult == BrokenPipe;

    /// <param name="failure">What was thrown.</param>
    /// <param name="file">The file it was about.</param>
    public static string ReasonOf(Exception failure, string file) => failure switch
    {
        FileNotFoundException => "no such file or directory",
        DirectoryNotFoundException => HasFileAbove(file) ? "not a directory" : "no such file or directory",
        UnauthorizedAccessException => Directory.Exists(file) ? "is a directory" : "permission denied",
        PathTooLongException => "file name too long",
        ArgumentException => "invalid argument",
        // .NET keeps the number of the system's error here where it has no type of its own for it.
        IOException => OfNumber(failure.HResult) ?? failure.Message,
        _ => failure.Message,
    };

    private static string? OfNumber(int number) => number switch
    {
        5 => "input/output error",
        17 => "file exists",
        20 => "not a directory",
        21 => "is a directory",
        22 => "invalid argument",
        24 => "too many open files",
        26 => "text file busy",
        27 => "file too large",
        28 => "no space left on device",
        30 => "read-only file system",
        BrokenPipe => "broken pipe",
        36 => "file name too long",
        40 => "too many levels of symbolic links",
        122 => "disk quota exceeded",
        _ => null,
    };

    private static bool HasFileAbove(string path)
    {
        for (var above = Path.GetDirectoryName(path); above is { Length: > 0 } and not "/"; above = Path.GetDirectoryName(above))
        {
            if (File.Exists(above))
            {
                return true;
            }
        }
        return false;
    }
}
