using Matchbox.Templates.Formatting;
using Matchbox.Templates.Parsing;

namespace Matchbox.Templates.Execution;

// {{range}}
internal sealed partial class Executor
{
    private Flow WalkRange(in TemplateValue dot, BranchNode range)
    {
        var outer = _variables.Count;
        var value = EvaluatePipeline(dot, range.Pipeline);
        var mark = _variables.Count;
        var any = value.Kind switch
        {
            ValueKind.Int or ValueKind.Byte => RangeOverInteger(range, value, mark),
            ValueKind.List => RangeOverList(range, value.AsList, mark),
            ValueKind.Map or ValueKind.TextMap => RangeOverMap(range, value, mark),
            ValueKind.Nil => false,
            _ => throw Failure($"range can't iterate over {ValueText.Of(value)}"),
        };
        var flow = !any && range.ElseList is not null ? Walk(dot, range.ElseList) : Flow.Next;
        _variables.Pop(outer);
        return flow;
    }

    private bool RangeOverInteger(BranchNode range, TemplateValue count, int mark)
    {
        if (range.Pipeline.Variables.Length > 1)
        {
            throw Failure($"can't use {ValueText.Of(count)} to iterate over more than one variable");
        }
        for (var at = 0L; at < count.AsInt; at++)
        {
            var element = count.Kind == ValueKind.Byte ? TemplateValue.FromByte((byte)at) : TemplateValue.FromInt(at);
            if (Iterate(range, default, element, mark) == Flow.Break)
            {
                break;
            }
        }
        return count.AsInt > 0;
    }

    private bool RangeOverList(BranchNode range, ListValue list, int mark)
    {
        for (var at = 0; at < list.Length; at++)
        {
            if (Iterate(range, TemplateValue.FromInt(at), list[at], mark) == Flow.Break)
            {
                break;
            }
        }
        return list.Length > 0;
    }

    private bool RangeOverMap(BranchNode range, TemplateValue value, int mark)
    {
        var map = value.AsMap;
        for (var at = 0; at < map.Count; at++)
        {
            var element = Indexing.OfMap(value.Kind, map.ValueAt(at));
            if (Iterate(range, TemplateValue.FromOwned(map.KeyAt(at)), element, mark) == Flow.Break)
            {
                break;
            }
        }
        return map.Count > 0;
    }

    // One variable is the element; of two the first is the index.
    private Flow Iterate(BranchNode range, in TemplateValue index, in TemplateValue element, int mark)
    {
        _budget.Take();
        var variables = range.Pipeline.Variables;
        if (range.Pipeline.Assigns)
        {
            if (variables.Length > 1)
            {
                Assign(variables[0], index);
            }
            Assign(variables[^1], element);
        }
        else if (variables.Length > 0)
        {
            _variables.SetTop(1, element);
            if (variables.Length > 1)
            {
                _variables.SetTop(2, index);
            }
        }
        var flow = Walk(element, range.List);
        _variables.Pop(mark);
        return flow;
    }
}
