namespace Matchbox.Templates.Execution;

/// <summary>
/// The variables that are alive, innermost last. Names are found at run time and not at parse time: a variable may be declared in
/// an argument that <c>and</c> never evaluates, and then Go says that it is undefined.
/// </summary>
internal sealed class VariableStack
{
    private (int Number, TemplateValue Value)[] _entries = new (int, TemplateValue)[8];
    private int _frame;

    public int Count { get; private set; }

    public void Push(int number, in TemplateValue value)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }
        _entries[Count++] = (number, value);
    }

    public void Pop(int mark) => Count = mark;

    /// <summary>Starts a template's own variables; gives what <see cref="Leave"/> wants back.</summary>
    public (int Frame, int Count) Enter()
    {
        var caller = (_frame, Count);
        _frame = Count;
        return caller;
    }

    public void Leave((int Frame, int Count) caller) => (_frame, Count) = caller;

    /// <summary>Sets the nth variable from the top.</summary>
    public void SetTop(int depth, in TemplateValue value) => _entries[Count - depth].Value = value;

    public TemplateValue this[int index]
    {
        get => _entries[index].Value;
        set => _entries[index].Value = value;
    }

    /// <summary>Where the innermost variable of that number is; -1: nowhere.</summary>
    public int Find(int number)
    {
        for (var at = Count - 1; at >= _frame; at--)
        {
            if (_entries[at].Number == number)
            {
                return at;
            }
        }
        return -1;
    }
}
