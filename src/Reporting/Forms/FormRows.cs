using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>One row of a form.</summary>
internal interface IFormLine
{
    /// <param name="field">A field of its rows.</param>
    SheetCell Cell(string field);
}

/// <summary>Rows that a form or template may show, by the name that column sets and placeholders use.</summary>
internal interface IFormRows
{
    /// <summary>Before the dot: <c>answer</c> of <c>answer.address</c>.</summary>
    string Name { get; }

    /// <summary>Behind the dot.</summary>
    IReadOnlyCollection<string> Fields { get; }

    bool Has(string field);

    IEnumerable<IFormLine> Lines(FormSource source);
}

/// <param name="Source">The snapshot.</param>
/// <param name="Number">Row of the form, counted from 1.</param>
/// <param name="Item">What the row is about.</param>
internal readonly record struct FormItem<T>(FormSource Source, int Number, T Item);

/// <summary>Rows of one kind.</summary>
internal sealed class FormRows<T>(string name, Func<FormSource, IEnumerable<T>> items, params IReadOnlyList<(string Name, Func<FormItem<T>, SheetCell> Read)> fields) : IFormRows
{
    private readonly Dictionary<string, Func<FormItem<T>, SheetCell>> _fields = fields.ToDictionary(field => field.Name, field => field.Read, StringComparer.Ordinal);

    public string Name => name;

    public IReadOnlyCollection<string> Fields => _fields.Keys;

    public bool Has(string field) => _fields.ContainsKey(field);

    public IEnumerable<IFormLine> Lines(FormSource source) => items(source).Select((item, index) => new Line(_fields, new FormItem<T>(source, index + 1, item)));

    private sealed class Line(Dictionary<string, Func<FormItem<T>, SheetCell>> fields, FormItem<T> item) : IFormLine
    {
        public SheetCell Cell(string field) => fields[field](item);
    }
}

/// <summary>Rows of a register that people keep as a CSV file. Columns that are not named here stay in the file.</summary>
/// <param name="name">Of the register.</param>
/// <param name="columns">Its columns, and what their values become; null to show them as they are.</param>
internal sealed class RegisterRows(string name, params IReadOnlyList<(string Name, Func<string, string>? Mask)> columns) : IFormRows
{
    private const string Number = "number";

    private readonly Dictionary<string, Func<string, string>?> _columns = columns.ToDictionary(column => column.Name, column => column.Mask, StringComparer.Ordinal);

    public string Name => name;

    /// <summary>In the order of the form.</summary>
    public IReadOnlyList<string> Columns => [.. columns.Select(column => column.Name)];

    public IReadOnlyCollection<string> Fields => [Number, .. Columns];

    public bool Has(string field) => field == Number || _columns.ContainsKey(field);

    public IEnumerable<IFormLine> Lines(FormSource source) => source.Register(name).Select((fields, index) => new Line(this, index + 1, fields));

    private sealed class Line(RegisterRows rows, int number, IReadOnlyDictionary<string, string> fields) : IFormLine
    {
        public SheetCell Cell(string field)
        {
            if (field == Number)
            {
                return SheetCell.Of(number);
            }

            var text = fields.GetValueOrDefault(field);
            return SheetCell.Of(text is not null && rows._columns[field] is { } mask ? mask(text) : text);
        }
    }
}
