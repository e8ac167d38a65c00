namespace Matchbox.Core.Boot;

/// <summary>Names under which machines find what belongs to their present boot, over HTTP and TFTP alike.</summary>
public static class BootPath
{
    /// <summary>Newer iPXE looks for it beside its own file.</summary>
    public const string AutoExec = "autoexec.ipxe";

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>Has it a nonce's form; whose it is, only <see cref="BootSessions"/> knows.</summary>
    public static bool IsNonce(ReadOnlySpan<char> text) => text.Length == BootNonce.TextLength && !text.ContainsAnyExcept(Hex);

    /// <summary>Splits <c>boot/NONCE/FILE</c>.</summary>
    public static bool TryParse(string path, out string nonce, out string file)
    {
        nonce = file = "";
        var parts = path.TrimStart('/').Split('/');
        if (parts is not ["boot", var first, var last] || !IsNonce(first) || last.Length == 0)
        {
            return false;
        }
        (nonce, file) = (first, last);
        return true;
    }
}
