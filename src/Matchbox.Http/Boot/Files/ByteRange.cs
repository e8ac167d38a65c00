using System.Globalization;

namespace Matchbox.Http.Boot.Files;

/// <summary>The part of a file that a request asks for (RFC 9110 §14.2), read as Go's net/http does.</summary>
internal readonly record struct ByteRange(long Offset, long Length)
{
    public enum Outcome
    {
        /// <summary>No range, or several: the whole file is the answer.</summary>
        Whole,
        Part,
        Malformed,
        Unsatisfiable,
    }

    /// <summary>As it stands in Content-Range.</summary>
    public string Header(long size) => string.Create(CultureInfo.InvariantCulture, $"bytes {Offset}-{Offset + Length - 1}/{size}");

    public static Outcome Parse(string? header, long size, out ByteRange range)
    {
        range = new ByteRange(0, size);
        if (string.IsNullOrEmpty(header))
        {
            return Outcome.Whole;
        }
        if (!header.StartsWith("bytes=", StringComparison.Ordinal))
        {
            return Outcome.Malformed;
        }
        var specs = header["bytes=".Length..].Split(',').Select(spec => spec.Trim()).Where(spec => spec.Length > 0).ToArray();
        var outcome = Outcome.Whole;
        var overlaps = false;
        foreach (var spec in specs)
        {
            var one = ParseOne(spec, size, out range);
            if (one == Outcome.Malformed)
            {
                return one;
            }
            outcome = one;
            overlaps |= one == Outcome.Part;
        }
        // Several ranges would need a multipart answer, which no boot loader asks for. Of an empty file no range can be given.
        if (specs.Length > 1 && overlaps || outcome == Outcome.Unsatisfiable && size == 0)
        {
            range = new ByteRange(0, size);
            return Outcome.Whole;
        }
        return outcome;
    }

    private static Outcome ParseOne(string spec, long size, out ByteRange range)
    {
        range = default;
        var dash = spec.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            return Outcome.Malformed;
        }
        var (first, last) = (spec[..dash].Trim(), spec[(dash + 1)..].Trim());
        if (first.Length == 0)
        {
            if (!TryNumber(last, out var suffix))
            {
                return Outcome.Malformed;
            }
            var length = Math.Min(suffix, size);
            range = new ByteRange(size - length, length);
            return Outcome.Part;
        }
        if (!TryNumber(first, out var start))
        {
            return Outcome.Malformed;
        }
        var end = size - 1;
        if (last.Length > 0)
        {
            if (!TryNumber(last, out var asked) || start > asked)
            {
                return Outcome.Malformed;
            }
            end = Math.Min(end, asked);
        }
        if (start >= size)
        {
            return Outcome.Unsatisfiable;
        }
        range = new ByteRange(start, end - start + 1);
        return Outcome.Part;
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
