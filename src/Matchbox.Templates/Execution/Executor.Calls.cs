using System.Text;
using Matchbox.Templates.Formatting;
using Matchbox.Templates.Parsing;

namespace Matchbox.Templates.Execution;

// Functions and their arguments.
internal sealed partial class Executor
{
    // Arguments of the calls under way, innermost last.
    private TemplateValue[] _arguments = new TemplateValue[16];
    private int _argumentCount;
    private ByteSink? _scratch;
    private ValueWriter? _scratchWriter;

    /// <param name="caller">Where an error of the function itself is.</param>
    /// <param name="final">One more, that came down the pipe.</param>
    /// <param name="isPiped">Whether one did.</param>
    private TemplateValue Call(
        in TemplateValue dot, Function function, Node caller, ReadOnlySpan<Node> words, in TemplateValue final, bool isPiped)
    {
        var count = words.Length + (isPiped ? 1 : 0);
        CheckCount(function, words.Length, count);
        if (function.Kind is FunctionKind.And or FunctionKind.Or)
        {
            return AndOr(dot, isOr: function.Kind == FunctionKind.Or, words, final, isPiped);
        }
        var first = _argumentCount;
        for (var at = 0; at < words.Length; at++)
        {
            _budget.Take();
            var value = function.TakesString(at) ? EvaluateString(dot, words[at]) : EvaluateArgument(dot, words[at]);
            PushArgument(value);
        }
        if (isPiped)
        {
            PushArgument(function.TakesString(words.Length) ? RequireString(final) : final);
        }
        string? fault;
        var arguments = _arguments.AsSpan(first, count);
        var result = function.Kind switch
        {
            FunctionKind.Call => CallValue(arguments[0], words, out fault),
            FunctionKind.Text => CallText(function.Name, arguments[0], out fault),
            _ => Invoke(function.Kind, arguments, out fault),
        };
        _argumentCount = first;
        if (fault is not null)
        {
            At = caller;
            throw Failure($"error calling {function.Name}: {fault}");
        }
        return result;
    }

    private static void CheckCount(Function function, int words, int count)
    {
        if (function.IsVariadic && count < function.Fixed)
        {
            throw Failure($"wrong number of args for {function.Name}: want at least {function.Fixed} got {words}");
        }
        if (!function.IsVariadic && count != function.Fixed)
        {
            throw Failure($"wrong number of args for {function.Name}: want {function.Fixed} got {count}");
        }
    }

    private void PushArgument(in TemplateValue value)
    {
        if (_argumentCount == _arguments.Length)
        {
            Array.Resize(ref _arguments, _argumentCount * 2);
        }
        _arguments[_argumentCount++] = value;
    }

    // The first that decides, or the last; what comes after it is not evaluated.
    private TemplateValue AndOr(in TemplateValue dot, bool isOr, ReadOnlySpan<Node> words, in TemplateValue final, bool isPiped)
    {
        TemplateValue value = default;
        foreach (var word in words)
        {
            _budget.Take();
            value = EvaluateArgument(dot, word);
            if (value.IsTrue == isOr)
            {
                return value;
            }
        }
        return isPiped ? final : value;
    }

    private TemplateValue EvaluateArgument(in TemplateValue dot, Node node)
    {
        At = node;
        switch (node)
        {
            case FieldNode field:
                return EvaluateField(dot, field, hasArguments: false);
            case VariableNode variable:
                return EvaluateVariable(variable, hasArguments: false);
            case LiteralNode literal:
                return EvaluateLiteral(literal);
            case PipelineNode pipeline:
                return EvaluatePipeline(dot, pipeline);
            case FunctionNode function:
                return Call(dot, function.Function, function, [], default, isPiped: false);
            case ChainNode chain:
                return EvaluateChain(dot, chain, hasArguments: false);
            default:
                return node is DotNode ? dot : default;
        }
    }

    private TemplateValue EvaluateString(in TemplateValue dot, Node node)
    {
        At = node;
        return node switch
        {
            NilNode => throw Failure("cannot assign nil to string"),
            LiteralNode { Value.Kind: not ValueKind.String } => throw Failure($"expected string; found {node}"),
            _ => RequireString(EvaluateArgument(dot, node)),
        };
    }

    private static TemplateValue RequireString(in TemplateValue value)
    {
        if (value.Kind == ValueKind.String)
        {
            return value.Unboxed();
        }
        throw Failure(value.IsInvalid
            ? "invalid value; expected string"
            : $"wrong type for value; expected string; got {(value.IsNilInterface ? "interface {}" : value.TypeName)}");
    }

    private TemplateValue Invoke(FunctionKind kind, Span<TemplateValue> arguments, out string? fault)
    {
        fault = null;
        switch (kind)
        {
            case FunctionKind.Not:
                return TemplateValue.FromBool(!arguments[0].IsTrue);
            case FunctionKind.Len:
                return Indexing.Length(arguments[0], out fault);
            case FunctionKind.Index:
                return Indexing.Index(arguments, out fault);
            case FunctionKind.Slice:
                return Indexing.Slice(arguments, out fault);
            case FunctionKind.Print or FunctionKind.Println or FunctionKind.Printf:
                return Print(kind, arguments);
            case FunctionKind.Html or FunctionKind.Js or FunctionKind.UrlQuery:
                return Escape(kind, arguments);
            default:
                return TemplateValue.FromBool(Compare(kind, arguments, out fault));
        }
    }

    // Bytes that count for each one of a format: an exact number of a thousand digits is the dearest that a few of them ask for.
    private const int PrintfCost = 16;

    private bool Compare(FunctionKind kind, ReadOnlySpan<TemplateValue> arguments, out string? fault)
    {
        // Equal texts are read to their end.
        _budget.TakeBytes(arguments[0].Kind == ValueKind.String ? (long)arguments[0].AsString.Length * (arguments.Length - 1) : 0);
        switch (kind)
        {
            case FunctionKind.Eq:
                return Comparison.EqualsAny(arguments, out fault);
            case FunctionKind.Ne:
                return !Comparison.EqualsAny(arguments, out fault);
            case FunctionKind.Lt:
                return Comparison.IsLess(arguments[0], arguments[1], out fault);
            case FunctionKind.Ge:
                return !Comparison.IsLess(arguments[0], arguments[1], out fault);
            case FunctionKind.Le:
                return Comparison.IsLessOrEqual(arguments[0], arguments[1], out fault);
            default:
                return !Comparison.IsLessOrEqual(arguments[0], arguments[1], out fault);
        }
    }

    private TemplateValue Print(FunctionKind kind, ReadOnlySpan<TemplateValue> arguments)
    {
        var (sink, writer) = Scratch();
        switch (kind)
        {
            case FunctionKind.Print:
                writer.Print(arguments);
                break;
            case FunctionKind.Println:
                writer.PrintLine(arguments);
                break;
            default:
                // A format may cost a lot and write nothing.
                _budget.TakeBytes((long)PrintfCost * arguments[0].AsString.Length);
                FormatString.Write(sink, writer, arguments[0].AsString, arguments[1..]);
                break;
        }
        return Finish(sink);
    }

    private TemplateValue Escape(FunctionKind kind, Span<TemplateValue> arguments)
    {
        if (arguments is not [{ Kind: ValueKind.String }])
        {
            foreach (ref var argument in arguments)
            {
                argument = argument.Kind == ValueKind.Nil ? NoValue : argument;
            }
            var (all, writer) = Scratch();
            writer.Print(arguments);
            arguments = new[] { Finish(all) };
        }
        var text = arguments[0].AsString;
        var (sink, _) = Scratch();
        switch (kind)
        {
            case FunctionKind.Html:
                Escaping.WriteHtml(sink, text);
                break;
            case FunctionKind.Js:
                Escaping.WriteJavaScript(sink, text);
                break;
            default:
                Escaping.WriteQuery(sink, text);
                break;
        }
        return Finish(sink);
    }

    private static TemplateValue NoValue => TemplateValue.FromUtf8("<no value>"u8);

    private TemplateValue CallText(string name, in TemplateValue argument, out string? fault)
    {
        byte[] result = [];
        fault = functions is null ? "it is not given here" : functions.Call(name, argument.AsString, out result);
        _budget.TakeBytes(result.Length);
        return fault is null ? TemplateValue.FromOwned(result) : default;
    }

    // There is no value that is a function, so call can only complain.
    private static TemplateValue CallValue(in TemplateValue value, ReadOnlySpan<Node> words, out string? fault)
    {
        if (value.Kind == ValueKind.Nil)
        {
            fault = "call of nil";
            return default;
        }
        var name = words.Length > 0 ? words[0].ToString()
            : value.Kind == ValueKind.String ? Encoding.UTF8.GetString(value.AsString)
            : $"<{value.TypeName} Value>";
        fault = $"non-function {name} of type {value.TypeName}";
        return default;
    }

    private (ByteSink Sink, ValueWriter Writer) Scratch()
    {
        _scratch ??= new ByteSink(limits.MaxOutputBytes);
        _scratchWriter ??= new ValueWriter(_scratch);
        _scratch.Clear();
        return (_scratch, _scratchWriter);
    }

    private TemplateValue Finish(ByteSink sink)
    {
        _budget.TakeBytes(sink.Length);
        return TemplateValue.FromOwned(sink.ToArray());
    }
}
