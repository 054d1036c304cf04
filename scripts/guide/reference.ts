/**
 * The code reference, made readable: a module says what it is, and a program,
 * which exports nothing, shows its parts all the same.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  type Application,
  Comment,
  type Context,
  Converter,
  type DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
} from "typedoc";
import ts from "typescript";
import { ROOT } from "../workbook/chapters.ts";
import { escaped } from "./markup.ts";

/** The doc comment with which a file begins, without its stars. */
function opening(module: string): string {
  const text = readFileSync(path.join(ROOT, `${module}.ts`), "utf8");
  const [, comment = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  return comment.replace(/^[ \t]*\* ?/gm, "").trim();
}

/** Reads what a program declares, though it exports none of it. */
function readParts(context: Context, module: DeclarationReflection) {
  const file = context
    .getSymbolFromReflection(module)
    ?.declarations?.find(ts.isSourceFile);
  for (const statement of file?.statements ?? []) {
    const declared = ts.isFunctionDeclaration(statement)
      ? [statement]
      : ts.isVariableStatement(statement)
        ? statement.declarationList.declarations
        : [];
    for (const { name } of declared) {
      const symbol = name && context.getSymbolAtLocation(name);
      if (symbol) {
        context.converter.convertSymbol(context.withScope(module), symbol);
      }
    }
  }
}

/** Makes TypeDoc read the reference as it is to be shown. */
export function readReference({ converter }: Application): void {
  converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const isModule = reflection.kindOf(ReflectionKind.Module);
    if (isModule && reflection.name.startsWith("solutions/")) {
      readParts(context, reflection);
    }
  });
  converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    // What a class inherits stands once, with the class that has it.
    for (const one of project.getReflectionsByKind(
      ReflectionKind.ClassMember,
    )) {
      if (one.flags.isInherited) project.removeReflection(one);
    }
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const text = opening(module.name);
      if (text) module.comment = new Comment([{ kind: "text", text }]);
    }
  });
}

/** The first sentence of what a module says of itself, as plain text. */
function summary(module: DeclarationReflection): string {
  const text = Comment.combineDisplayParts(module.comment?.summary);
  const paragraph = text.split("\n\n")[0]?.replace(/\s+/g, " ") ?? "";
  return /^.+?\.(?= |$)/.exec(paragraph)?.[0] ?? paragraph;
}

/** The list of all modules, each with what it is. */
export function modulesHTML(
  project: ProjectReflection,
  urlOf: (module: DeclarationReflection) => string,
): string {
  const group = (title: string, folder: string) => {
    const rows = (project.children ?? [])
      .filter(({ name }) => name.startsWith(`${folder}/`))
      .map(
        (one) =>
          `<li><a href="${urlOf(one)}">${escaped(path.basename(one.name))}</a><span>${escaped(summary(one))}</span></li>`,
      );
    return `<h2 id="${folder.replace("/", "-")}">${title}</h2><ol class="chapters">${rows.join("")}</ol>`;
  };
  return `<p class="lead">The functions of the two programs, and of the room in which their conversations are held. A check is written with the room’s words.</p>${group("The programs", "solutions")}${group("The room", "scripts/room")}`;
}
