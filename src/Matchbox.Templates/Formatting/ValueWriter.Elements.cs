namespace Matchbox.Templates.Formatting;

// Lists and maps.
internal sealed partial class ValueWriter
{
    private void WriteList(TemplateValue value, int verb)
    {
        Open(value, "["u8);
        for (var at = 0; at < value.AsList.Length; at++)
        {
            Separate(at);
            WriteElement(value.AsList[at], verb);
        }
        Close();
    }

    private void WriteMap(TemplateValue value, int verb)
    {
        var map = value.AsMap;
        Open(value, "map["u8);
        for (var at = 0; at < map.Count; at++)
        {
            Separate(at);
            WriteUnder(TemplateValue.FromOwned(map.KeyAt(at)), verb);
            sink.WriteByte(':');
            WriteElement(map.ValueAt(at), verb);
        }
        Close();
    }

    // A nil element is <nil> under every verb.
    private void WriteElement(TemplateValue value, int verb)
    {
        if (value.Kind == ValueKind.Nil)
        {
            sink.Write(Flags.SharpV ? "interface {}(nil)"u8 : "<nil>"u8);
        }
        else
        {
            WriteUnder(value, verb);
        }
    }

    private void Open(TemplateValue value, ReadOnlySpan<byte> bracket)
    {
        TemplateFailure.EnsureStack();
        if (Flags.SharpV)
        {
            sink.WriteText(value.TypeName);
            sink.WriteByte('{');
        }
        else
        {
            sink.Write(bracket);
        }
    }

    private void Separate(int index)
    {
        if (index > 0)
        {
            sink.Write(Flags.SharpV ? ", "u8 : " "u8);
        }
    }

    private void Close() => sink.WriteByte(Flags.SharpV ? '}' : ']');
}
