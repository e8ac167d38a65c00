using System.Globalization;

namespace Matchbox.Templates.Formatting;

/// <summary>
/// One operand after another, padded and signed as the flags say: the lower half of Go's package fmt. Knows no types but Go's basic
/// ones. <paramref name="sink"/> gets the text.
/// </summary>
internal sealed partial class FieldWriter(ByteSink sink) : IDisposable
{
    private ByteSink? _field;

    public FormatFlags Flags = FormatFlags.None;

    private static ReadOnlySpan<byte> LowerDigits => "0123456789abcdefx"u8;

    private static ReadOnlySpan<byte> UpperDigits => "0123456789ABCDEFX"u8;

    public void Dispose() => _field?.Dispose();

    /// <summary>Pads to the width, counted in code points. Zeros only ever go to the left.</summary>
    public void Pad(scoped ReadOnlySpan<byte> text)
    {
        var missing = Flags.Width <= 0 ? 0 : Flags.Width - Utf8Text.CountRunes(text);
        if (!Flags.Minus)
        {
            WritePadding(missing);
        }
        sink.Write(text);
        if (Flags.Minus)
        {
            WritePadding(missing);
        }
    }

    public void WriteBool(bool value) => Pad(value ? "true"u8 : "false"u8);

    public void WriteString(ReadOnlySpan<byte> text) => Pad(Truncate(text));

    public void WriteQuoted(ReadOnlySpan<byte> text)
    {
        text = Truncate(text);
        var field = Field();
        if (Flags.Sharp && QuotedText.CanBackquote(text))
        {
            field.WriteByte('`');
            field.Write(text);
            field.WriteByte('`');
        }
        else
        {
            QuotedText.WriteString(field, text, asciiOnly: Flags.Plus);
        }
        Pad(field.Written);
    }

    /// <summary>The bytes in hexadecimal, two digits each. The precision counts bytes.</summary>
    public void WriteHexString(ReadOnlySpan<byte> text, bool upper)
    {
        var digits = upper ? UpperDigits : LowerDigits;
        if (Flags.Precision >= 0 && Flags.Precision < text.Length)
        {
            text = text[..Flags.Precision];
        }
        if (text.IsEmpty)
        {
            WritePadding(Flags.Width);
            return;
        }
        var field = Field();
        if (Flags.Space)
        {
            for (var at = 0; at < text.Length; at++)
            {
                field.Write(at > 0 ? " "u8 : default);
                WriteHex(field, text.Slice(at, 1), digits);
            }
        }
        else
        {
            WriteHex(field, text, digits);
        }
        Pad(field.Written);
    }

    private void WriteHex(ByteSink field, ReadOnlySpan<byte> text, ReadOnlySpan<byte> digits)
    {
        if (Flags.Sharp)
        {
            field.WriteByte('0');
            field.WriteByte(digits[16]);
        }
        var room = field.Take(text.Length * 2);
        for (var at = 0; at < text.Length; at++)
        {
            room[at * 2] = digits[text[at] >> 4];
            room[(at * 2) + 1] = digits[text[at] & 0xF];
        }
    }

    public void WriteRune(long value)
    {
        var field = Field();
        field.WriteRune((ulong)value > Utf8Text.MaxRune ? Utf8Text.RuneError : (int)value);
        Pad(field.Written);
    }

    public void WriteQuotedRune(long value)
    {
        var field = Field();
        QuotedText.WriteRune(field, (ulong)value > Utf8Text.MaxRune ? Utf8Text.RuneError : (int)value, asciiOnly: Flags.Plus);
        Pad(field.Written);
    }

    /// <summary>U+0078, with %#U also the character.</summary>
    public void WriteUnicode(long value)
    {
        var field = Field();
        field.WriteByte('U');
        field.WriteByte('+');
        Span<byte> digits = stackalloc byte[16];
        value.TryFormat(digits, out var count, "X", CultureInfo.InvariantCulture);
        field.Fill((byte)'0', Math.Max(Flags.Precision, 4) - count);
        field.Write(digits[..count]);
        if (Flags.Sharp && (ulong)value <= Utf8Text.MaxRune && Utf8Text.IsPrint((int)value))
        {
            field.Write(" '"u8);
            field.WriteRune((int)value);
            field.WriteByte('\'');
        }
        PadWithSpaces(field.Written);
    }

    private void PadWithSpaces(scoped ReadOnlySpan<byte> text)
    {
        var zero = Flags.Zero;
        Flags.Zero = false;
        Pad(text);
        Flags.Zero = zero;
    }

    private void WritePadding(int count) => sink.Fill(Flags.Zero && !Flags.Minus ? (byte)'0' : (byte)' ', count);

    private ReadOnlySpan<byte> Truncate(ReadOnlySpan<byte> text) =>
        Flags.Precision >= 0 ? Utf8Text.Truncate(text, Flags.Precision) : text;

    // A field of its own, because its padding comes before it.
    private ByteSink Field()
    {
        _field ??= new ByteSink(sink.Limit);
        _field.Clear();
        return _field;
    }
}
