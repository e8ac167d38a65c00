using System.Text;

namespace Matchbox.Templates.Formatting;

/// <summary>Values under a verb, as Go's package fmt prints them: lists and maps element by element, maps in key order.</summary>
internal sealed partial class ValueWriter(ByteSink sink) : IDisposable
{
    // Where Go prints an address there is none here; any will do that looks like one and is the same each time.
    private const ulong SomeAddress = 0xc000010000;

    private readonly FieldWriter _field = new(sink);

    /// <summary>The flags of the directive at hand.</summary>
    public ref FormatFlags Flags => ref _field.Flags;

    public void Dispose() => _field.Dispose();

    /// <summary>fmt.Print: a space between two operands neither of which is a string.</summary>
    public void Print(ReadOnlySpan<TemplateValue> operands)
    {
        var afterString = true;
        foreach (var operand in operands)
        {
            var isString = operand.Kind == ValueKind.String;
            if (!isString && !afterString)
            {
                sink.WriteByte(' ');
            }
            Print(operand);
            afterString = isString;
        }
    }

    /// <summary>fmt.Println: spaces between all operands, a line end after them.</summary>
    public void PrintLine(ReadOnlySpan<TemplateValue> operands)
    {
        for (var at = 0; at < operands.Length; at++)
        {
            if (at > 0)
            {
                sink.WriteByte(' ');
            }
            Print(operands[at]);
        }
        sink.WriteByte('\n');
    }

    /// <summary>One value as <c>%v</c>.</summary>
    public void Print(TemplateValue value)
    {
        if (value.Kind == ValueKind.String)
        {
            sink.Write(value.AsString);
            return;
        }
        Flags = FormatFlags.None;
        Write(value, 'v');
    }

    /// <summary>An operand under a verb, with <see cref="Flags"/>.</summary>
    public void Write(TemplateValue value, int verb)
    {
        if (value.Kind == ValueKind.Nil)
        {
            if (verb is 'v' or 'T')
            {
                _field.Pad("<nil>"u8);
            }
            else
            {
                WriteBadVerb(value, verb);
            }
            return;
        }
        switch (verb)
        {
            case 'T':
                _field.WriteString(Encoding.ASCII.GetBytes(value.TypeName));
                break;
            case 'p':
                WriteAddress(value);
                break;
            case 'w' when value.Kind is ValueKind.List or ValueKind.Map or ValueKind.TextMap:
                WriteBadVerb(value, verb);
                break;
            default:
                WriteUnder(value, verb);
                break;
        }
    }

    private void WriteUnder(TemplateValue value, int verb)
    {
        switch (value.Kind)
        {
            case ValueKind.Bool when verb is 't' or 'v':
                _field.WriteBool(value.AsBool);
                break;
            case ValueKind.Int or ValueKind.Byte:
                WriteInteger(value, verb);
                break;
            case ValueKind.Float:
                WriteFloat(value, value.AsFloat, verb);
                break;
            case ValueKind.Complex:
                WriteComplex(value, verb);
                break;
            case ValueKind.String:
                WriteString(value, verb);
                break;
            case ValueKind.List:
                WriteList(value, verb);
                break;
            case ValueKind.Map or ValueKind.TextMap:
                WriteMap(value, verb);
                break;
            default:
                WriteBadVerb(value, verb);
                break;
        }
    }

    private void WriteInteger(TemplateValue value, int verb)
    {
        var number = value.AsInt;
        switch (verb)
        {
            case 'v' when Flags.SharpV && value.Kind == ValueKind.Byte:
                Flags.Sharp = true;
                _field.WriteInteger((ulong)number, negative: false, 16, 'x');
                Flags.Sharp = false;
                break;
            case 'v' or 'd' or 'b' or 'o' or 'O' or 'x' or 'X':
                var radix = verb switch { 'b' => 2, 'o' or 'O' => 8, 'x' or 'X' => 16, _ => 10 };
                _field.WriteInteger(number < 0 ? 0UL - (ulong)number : (ulong)number, number < 0, radix, (char)verb);
                break;
            case 'c':
                _field.WriteRune(number);
                break;
            case 'q':
                _field.WriteQuotedRune(number);
                break;
            case 'U':
                _field.WriteUnicode(number);
                break;
            default:
                WriteBadVerb(value, verb);
                break;
        }
    }

    private void WriteFloat(TemplateValue value, double number, int verb)
    {
        switch (verb)
        {
            case 'v':
                _field.WriteFloat(number, 'g', -1);
                break;
            case 'b' or 'g' or 'G' or 'x' or 'X':
                _field.WriteFloat(number, (char)verb, -1);
                break;
            case 'f' or 'e' or 'E':
                _field.WriteFloat(number, (char)verb, 6);
                break;
            case 'F':
                _field.WriteFloat(number, 'f', 6);
                break;
            default:
                WriteBadVerb(value, verb);
                break;
        }
    }

    private void WriteComplex(TemplateValue value, int verb)
    {
        if (verb is not ('v' or 'b' or 'g' or 'G' or 'x' or 'X' or 'f' or 'F' or 'e' or 'E'))
        {
            WriteBadVerb(value, verb);
            return;
        }
        var plus = Flags.Plus;
        sink.WriteByte('(');
        WriteFloat(value, value.AsComplex.Real, verb);
        Flags.Plus = true;                          // the imaginary part always has a sign
        WriteFloat(value, value.AsComplex.Imaginary, verb);
        sink.Write("i)"u8);
        Flags.Plus = plus;
    }

    private void WriteString(TemplateValue value, int verb)
    {
        switch (verb)
        {
            case 'v' when !Flags.SharpV:
            case 's':
                _field.WriteString(value.AsString);
                break;
            case 'v' or 'q':
                _field.WriteQuoted(value.AsString);
                break;
            case 'x' or 'X':
                _field.WriteHexString(value.AsString, upper: verb == 'X');
                break;
            default:
                WriteBadVerb(value, verb);
                break;
        }
    }

    private void WriteAddress(TemplateValue value)
    {
        if (value.Kind is not (ValueKind.List or ValueKind.Map or ValueKind.TextMap))
        {
            WriteBadVerb(value, 'p');
            return;
        }
        var sharp = Flags.Sharp;
        Flags.Sharp = !sharp;
        _field.WriteInteger(SomeAddress, negative: false, 16, 'x');
        Flags.Sharp = sharp;
    }

    // %!d(string=hi)
    private void WriteBadVerb(TemplateValue value, int verb)
    {
        sink.Write("%!"u8);
        sink.WriteRune(verb);
        sink.WriteByte('(');
        if (value.Kind == ValueKind.Nil)
        {
            sink.Write("<nil>"u8);
        }
        else
        {
            sink.WriteText(value.TypeName);
            sink.WriteByte('=');
            WriteUnder(value, 'v');
        }
        sink.WriteByte(')');
    }
}
